"""The tagger's word on what the rules found: it names speakers they missed, and corrects one where it is much surer.

Pure but for the tagger that is handed in. Rules stay where they are surer: transcripts, and words that reach us through
somebody who isn't named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from stance_classifier.attribution_tagger.base import AttributionTagger
from stance_classifier.attribution_tagger.nearness import Named, Nearness, key_of, likely_speakers
from stance_classifier.entities import Mention
from stance_classifier.lexicon import ANONYMOUS
from stance_classifier.passages import Document, Span
from stance_classifier.speakers import Voice
from stance_classifier.utterance import Attribution

_WORD = re.compile(r"[\w'’]+")
SURE = 0.95
UNNAMED_VOICES = ANONYMOUS | frozenset(
    [
        "rumour",
        "rumor",
        "gossip",
        "rival",
        "rivals",
        "colleague",
        "friend",
        "confidant",
        "insider",
        "diplomat",
        "critic",
        "ally",
        "aide",
        "employee",
        "employees",
        "staffer",
        "visitor",
        "neighbour",
        "neighbor",
        "leaked",
    ]
)
"""Beside these a quotation may be hearsay: there the tagger, which only knows whom words speak of, has no say."""


@dataclass(frozen=True)
class Limits:
    """Least probability at which the tagger's speaker is taken, by what the rules say.

    `open`: nobody, or somebody they can't resolve; `other`: somebody else; `hearsay`: words that they take for hearsay
    about somebody else.
    """

    open: float = 0.6
    other: float = 0.8
    hearsay: float = 0.9


def consult(
    document: Document,
    mentions: Sequence[Mention],
    attributions: Sequence[Attribution],
    tagger: AttributionTagger,
    matters: Callable[[Span], bool] = lambda _: True,
    limits: Limits | None = None,
) -> list[Attribution]:
    """The attributions in their order, each with the speaker that rules and tagger agree on.

    The tagger is asked about utterances that matter and whose speaker the rules aren't sure of.
    """
    asked = [i for i, one in enumerate(attributions) if _is_open(one) and matters(one.unit)]
    pointings = tagger.point(document.text, [attributions[index].content for index in asked])
    free = [mention for mention in mentions if not document.is_quoted(mention)]
    decided = list(attributions)
    for index, pointing in zip(asked, pointings, strict=True):
        named = likely_speakers(index, attributions, pointing, free, Nearness())
        decided[index] = decide(document, attributions[index], named, limits or Limits())
    return decided


def decide(document: Document, one: Attribution, named: dict[str, Named], limits: Limits) -> Attribution:
    """One utterance: the rules' speaker, or the tagger's where that is likely enough."""
    key, best = max(named.items(), key=lambda item: item[1].share, default=("", None))
    if best is None or key == key_of(one.speaker) or best.share < _limit(one, limits):
        return one
    if _has_unnamed_voice(document, one):
        return one
    speaker = best.mention
    voice: Voice = "self" if speaker.is_person else "organisation"
    return replace(one, speaker=speaker, voice=voice, confidence=best.share * speaker.confidence)


def _is_open(one: Attribution) -> bool:
    """Not where a transcript's label says who speaks, where a watched actor stands beside a cue or somebody speaks for it,
    nor in narration: the tagger has only seen words that somebody said, and finds a speaker for any.
    """
    if one.voice == "act" or (one.cue == ":" and (one.is_question or one.speaker is not None)):
        return False
    is_watched = one.speaker is not None and one.speaker.actor_id is not None
    if is_watched and one.voice == "spokesperson":
        return False
    return not is_watched or one.voice == "hearsay" or one.confidence < SURE


def _limit(one: Attribution, limits: Limits) -> float:
    if one.voice == "hearsay":
        return limits.hearsay
    return limits.other if key_of(one.speaker) else limits.open


def _has_unnamed_voice(document: Document, one: Attribution) -> bool:
    text, unit, content = document.text, one.unit, one.content
    reporting = text[unit.start : unit.end]
    if content != unit:
        reporting = text[unit.start : content.start] + " " + text[content.end : unit.end]
    return any(word.lower() in UNNAMED_VOICES for word in _WORD.findall(reporting))
