"""The tagger's word on what the rules found: it names speakers they missed, and corrects one where it is much surer.

Pure but for the tagger that is handed in. Rules stay where they are surer: transcripts, and speakers the tagger gives a
fair share of its own probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from stance_classifier.attribution_tagger.base import AttributionTagger, Pointing
from stance_classifier.entities import Mention
from stance_classifier.lexicon import NO_SUBJECTS
from stance_classifier.passages import Document
from stance_classifier.utterance import Attribution


@dataclass(frozen=True)
class Limits:
    """Least probability at which the tagger's speaker is taken, by what the rules say.

    `open`: nobody, or somebody they can't resolve; `other`: somebody else; `act`: the subject of a reported act;
    `hearsay`: words that reach us through others. `kept`: the rules' speaker stays from this share on.
    """

    open: float = 0.5
    other: float = 0.7
    act: float = 0.7
    hearsay: float = 0.8
    kept: float = 0.2


@dataclass(frozen=True)
class _Named:
    """One who may have spoken: the mention with the largest share, and the share of all of them."""

    mention: Mention
    share: float


def consult(
    document: Document,
    mentions: Sequence[Mention],
    attributions: Sequence[Attribution],
    tagger: AttributionTagger,
    limits: Limits | None = None,
) -> list[Attribution]:
    """The attributions in their order, each with the speaker that rules and tagger agree on."""
    pointings = tagger.point(document.text, [one.content for one in attributions])
    chosen = limits or Limits()
    return [
        decide(one, pointing, mentions, chosen) for one, pointing in zip(attributions, pointings, strict=True)
    ]


def decide(one: Attribution, pointing: Pointing, mentions: Sequence[Mention], limits: Limits) -> Attribution:
    """One utterance: the rules' speaker, or the tagger's."""
    is_labelled = one.cue == ":" and (one.is_question or one.speaker is not None)
    shares = _shares(pointing, mentions)
    if is_labelled or not shares:
        return one
    key, best = max(shares.items(), key=lambda item: item[1].share)
    own = _key(one.speaker) if one.speaker is not None else ""
    kept = shares[own].share if own in shares else 0.0
    if key == own and one.voice != "hearsay":
        return one
    if best.share < _limit(one, limits) or (key != own and kept >= limits.kept):
        return one
    speaker = best.mention
    voice = one.voice if one.voice == "act" else ("self" if speaker.is_person else "organisation")
    return replace(one, speaker=speaker, voice=voice, confidence=best.share * speaker.confidence)


def _limit(one: Attribution, limits: Limits) -> float:
    if one.voice == "hearsay":
        return limits.hearsay
    if one.voice == "act":
        return limits.act
    return limits.open if one.speaker is None or not one.speaker.name else limits.other


def _shares(pointing: Pointing, mentions: Sequence[Mention]) -> dict[str, _Named]:
    """By entity; words whose meaning is not known stand for nobody."""
    found: dict[str, _Named] = {}
    largest: dict[str, float] = {}
    for mention in mentions:
        if not mention.name or mention.text.lower() in NO_SUBJECTS:
            continue
        share, key = pointing.share(mention), _key(mention)
        known = found.get(key)
        lead = mention if known is None or share > largest[key] else known.mention
        largest[key] = max(share, largest.get(key, 0.0))
        found[key] = _Named(lead, share + (known.share if known is not None else 0.0))
    return found


def _key(mention: Mention) -> str:
    return mention.actor_id or f"other:{mention.name}"
