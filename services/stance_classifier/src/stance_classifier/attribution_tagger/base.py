"""What is asked of a tagger, and what it answers: evidence for the rules, never a verdict of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from stance_classifier.passages import Span


@dataclass(frozen=True)
class Pointing:
    """Where the speaker of some words is named: probabilities over the tokens that were seen.

    `nobody` is the probability that the speaker is not named there; together they make 1.
    """

    spans: tuple[Span, ...]
    chances: tuple[float, ...]
    nobody: float

    def share(self, mention: Span) -> float:
        """The probability that this mention names the speaker."""
        pairs = zip(self.spans, self.chances, strict=True)
        return sum(chance for span, chance in pairs if span.overlaps(mention))


@dataclass(frozen=True)
class Tagged(Span):
    """A run of tokens of one kind: `source`, `cue` or `content`; `confidence` is the mean of its tokens' (0 to 1)."""

    kind: str = ""
    confidence: float = 0.0


class AttributionTagger(Protocol):
    """Reads a text as it stands; the same text gives the same answers."""

    def point(self, text: str, marked: Sequence[Span]) -> list[Pointing]:
        """Who speaks each of the marked spans, in their order."""
        ...

    def tag(self, text: str, sentences: Sequence[Span], within: Sequence[Span]) -> list[Tagged]:
        """Sources, cues and contents in text order; only what stands near one of the spans of `within` is read."""
        ...
