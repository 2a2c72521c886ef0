"""What a training example is, and the question it becomes."""

from __future__ import annotations

from dataclasses import dataclass

from stance_classifier.model.base import LABELS, StanceQuestion
from stance_classifier.propositions import negate

FLIPPED = {"support": "oppose", "oppose": "support", "neutral": "neutral", "none": "none"}
LABEL_INDEX = {label: index for index, label in enumerate(LABELS)}
UNKNOWN = -1


@dataclass(frozen=True)
class Example:
    """One question with its answer.

    `conditional` and `past` are 1, 0 or UNKNOWN (then not learnt from); `issue` keeps the splits apart; `how` says
    which augmentation made it.
    """

    text: str
    actor: str
    proposition: str
    label: str
    span: tuple[int, int] | None = None
    conditional: int = UNKNOWN
    past: int = UNKNOWN
    weight: float = 1.0
    kind: str = ""
    how: str = ""
    issue: str = ""

    @property
    def question(self) -> StanceQuestion:
        """As the model is asked."""
        span = self.span if self.span and self.span[0] < self.span[1] <= len(self.text) else None
        return StanceQuestion(self.actor, self.proposition, self.text, span)

    @property
    def opposite(self) -> StanceQuestion:
        """As the model is asked about the opposite proposition."""
        one = self.question
        return StanceQuestion(one.actor, negate(one.proposition), one.passage, one.span)


def sentence(proposition: str) -> str:
    """A proposition with its full stop."""
    text = " ".join(proposition.split())
    return text if text[-1:] in ".?!" else text + "."


def find(text: str, quote: str) -> tuple[int, int] | None:
    """Where a quote stands in a text."""
    start = text.find(quote) if quote else -1
    return (start, start + len(quote)) if start >= 0 else None
