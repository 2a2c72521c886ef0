"""What is asked of a stance model, and what it answers.

The question is always the joint one: *this actor, this proposition, this passage with the words under
judgement marked*. A model therefore checks the attribution (``none``: not this actor's position) as well as
the sign.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol, get_args

Label = Literal["support", "oppose", "neutral", "none"]
LABELS: tuple[Label, ...] = get_args(Label)
_TURNED: Mapping[Label, Label] = {
    "support": "oppose",
    "oppose": "support",
    "neutral": "neutral",
    "none": "none",
}


@dataclass(frozen=True)
class StanceQuestion:
    """What does `actor` say about `proposition` in `passage`?

    `span` holds the half-open character range, in `passage`, of the words under judgement; None asks about
    the passage as a whole.
    """

    actor: str
    proposition: str
    passage: str
    span: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if self.span is not None and not 0 <= self.span[0] < self.span[1] <= len(self.passage):
            raise ValueError(f"span {self.span} lies outside the passage of {len(self.passage)} characters")


@dataclass(frozen=True)
class Probabilities:
    """Calibrated chances of the four answers; they sum to 1."""

    support: float
    oppose: float
    neutral: float
    none: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Probabilities:
        """From four non-negative numbers in the order of LABELS, scaled to sum to 1."""
        total = sum(values)
        if len(values) != len(LABELS) or total <= 0 or min(values) < 0:
            raise ValueError(f"not four chances: {values}")
        support, oppose, neutral, none = (value / total for value in values)
        return cls(support, oppose, neutral, none)

    def as_dict(self) -> dict[Label, float]:
        """By label, in the order of LABELS."""
        return {
            "support": self.support,
            "oppose": self.oppose,
            "neutral": self.neutral,
            "none": self.none,
        }

    @property
    def best(self) -> Label:
        """The likeliest answer (the first of LABELS on a tie)."""
        chances = self.as_dict()
        return max(LABELS, key=lambda label: chances[label])

    def turned(self) -> Probabilities:
        """The same answer about the opposite proposition."""
        return Probabilities(self.oppose, self.support, self.neutral, self.none)


@dataclass(frozen=True)
class StanceAnswer:
    """A model's answer to one question.

    `conditional` and `past` are chances: that the position holds only on a stated condition, and that the
    words report an earlier position. `abstained` says that the model can't tell: its probabilities are then
    flattened and must not be counted as evidence. `verified` is False where a judge could not be asked (it
    is never an error: see `note`).
    """

    probabilities: Probabilities
    conditional: float = 0.0
    past: float = 0.0
    abstained: bool = False
    verified: bool = True
    note: str | None = None

    @property
    def stance(self) -> Label:
        """The likeliest answer."""
        return self.probabilities.best

    @property
    def is_conditional(self) -> bool:
        """Whether a position is taken on condition."""
        return self.conditional >= 0.5 and self.stance != "none"

    @property
    def is_past(self) -> bool:
        """Whether an earlier position is reported."""
        return self.past >= 0.5 and self.stance != "none"

    def turned(self) -> StanceAnswer:
        """The same answer about the opposite proposition."""
        return replace(self, probabilities=self.probabilities.turned())


class StanceModel(Protocol):
    """Anything that answers stance questions; answers come in the order of the questions."""

    @property
    def name(self) -> str:
        """Which model, for the evidence: e.g. `bundled`, `hub:<id>`."""

    @property
    def version(self) -> str:
        """Which version of it, for the evidence."""

    def judge(self, questions: Sequence[StanceQuestion]) -> list[StanceAnswer]:
        """Answers each question."""


def turned_label(label: Label) -> Label:
    """The label toward the opposite proposition."""
    return _TURNED[label]
