"""What a training example is, and the question it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from stance_classifier.affirmation import affirm
from stance_classifier.model.base import LABELS, StanceQuestion
from stance_classifier.propositions import negate

FLIPPED = {"support": "oppose", "oppose": "support", "neutral": "neutral", "none": "none"}
LABEL_INDEX: dict[str, int] = {label: index for index, label in enumerate(LABELS)}
UNKNOWN = -1


@dataclass(frozen=True)
class Example:
    """One question with its answer.

    `span` holds the half-open character range of the marked words. `conditional` and `past` are 1, 0 or UNKNOWN
    (then not learnt from); `issue` keeps the splits apart; `how` says which augmentation made it.
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
        """The question as it is worded, for learning."""
        span = self.span if self.span and self.span[0] < self.span[1] <= len(self.text) else None
        return StanceQuestion(self.actor, self.proposition, self.text, span)


@dataclass(frozen=True)
class MirroredQuestions:
    """Questions as the product asks them; where `turned`, support of `asked` is opposition to the example."""

    asked: list[StanceQuestion]
    opposite: list[StanceQuestion]
    turned: list[bool]


def mirrored_questions(examples: Sequence[Example]) -> MirroredQuestions:
    """Each proposition from its affirmative side, and the opposite of that."""
    sides = [affirm(example.proposition) for example in examples]
    asked = [
        replace(example.question, proposition=side.proposition)
        for example, side in zip(examples, sides, strict=True)
    ]
    opposite = [replace(question, proposition=negate(question.proposition)) for question in asked]
    return MirroredQuestions(asked, opposite, [side.turned for side in sides])


def affirmed(proposition: str, label: str) -> tuple[str, str]:
    """The affirmative side of a proposition, with the label toward it.

    >>> affirmed("The levy should be scrapped.", "support")
    ('The levy should be kept.', 'oppose')
    """
    side = affirm(proposition)
    return side.proposition, FLIPPED[label] if side.turned else label


def negated(proposition: str, label: str) -> tuple[str, str]:
    """The opposite of a proposition, with the label toward it."""
    return negate(proposition), FLIPPED[label]


def sentence(proposition: str) -> str:
    """A proposition with its full stop."""
    text = " ".join(proposition.split())
    return text if text[-1:] in ".?!" else text + "."


def find(text: str, quote: str) -> tuple[int, int] | None:
    """Where a quote stands in a text."""
    start = text.find(quote) if quote else -1
    return (start, start + len(quote)) if start >= 0 else None
