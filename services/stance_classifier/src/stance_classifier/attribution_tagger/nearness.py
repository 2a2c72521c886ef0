"""How likely each of those named is to have spoken: the tagger's shares, weighed by where the names stand.

The tagger knows the wording and is vague about distance; an utterance most often names its speaker itself, else the one
before it does. Weights were chosen on the development split (see MODEL_CARD.md).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from stance_classifier.attribution_tagger.base import Pointing
from stance_classifier.entities import Mention
from stance_classifier.lexicon import NO_SUBJECTS
from stance_classifier.utterance import Attribution


@dataclass(frozen=True)
class Nearness:
    """Weights of a mention: in the utterance's reporting words, in its content, in the utterance before it (times `decay`
    for each one farther away), behind it; `by_rules` times as much for the speaker that the rules name.
    """

    beside: float = 16.0
    inside: float = 1.0
    before: float = 2.0
    decay: float = 0.3
    behind: float = 0.3
    by_rules: float = 2.0


@dataclass(frozen=True)
class Named:
    """Somebody who may have spoken: the likeliest mention, and the probability of all mentions together."""

    mention: Mention
    share: float


def key_of(mention: Mention | None) -> str:
    """Which actor or other person a mention means; empty for nobody known."""
    if mention is None or not mention.name:
        return ""
    return mention.actor_id or f"other:{mention.name}"


def likely_speakers(
    index: int,
    attributions: Sequence[Attribution],
    pointing: Pointing,
    mentions: Sequence[Mention],
    nearness: Nearness,
) -> dict[str, Named]:
    """By `key_of`; the shares and the tagger's "not named here" make 1."""
    starts = [one.unit.start for one in attributions]
    weights: dict[str, float] = {}
    leads: dict[str, tuple[float, Mention]] = {}
    for mention in mentions:
        key = key_of(mention)
        if not key or mention.text.lower() in NO_SUBJECTS:
            continue
        place = max(0, bisect_right(starts, mention.start) - 1)
        weight = pointing.share(mention) * _weight(attributions[index], mention, index - place, nearness)
        weights[key] = weights.get(key, 0.0) + weight
        if key not in leads or weight > leads[key][0]:
            leads[key] = (weight, mention)
    total = sum(weights.values()) + pointing.nobody
    return {key: Named(leads[key][1], weight / total) for key, weight in weights.items() if total > 0}


def _weight(one: Attribution, mention: Mention, units_before: int, nearness: Nearness) -> float:
    if units_before < 0:
        weight = nearness.behind
    elif units_before > 0:
        weight = nearness.before * nearness.decay ** (units_before - 1)
    elif one.content != one.unit and one.content.contains(mention):
        weight = nearness.inside
    else:
        weight = nearness.beside
    is_rules = one.speaker is not None and mention.start == one.speaker.start
    return weight * (nearness.by_rules if is_rules else 1.0)
