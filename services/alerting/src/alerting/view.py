"""What is true of an alert now: the change that opened it with everything that amended it since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from stancewatch_schemas.codec import decode
from stancewatch_schemas.models import Evidence, PositionRef, SentAlert, StanceChange, Verdict

Tier = Literal["possible", "confirmed"]


@dataclass(frozen=True)
class AlertView:
    """An alert as its head message should tell it. ``confidence`` is a probability, 0 to 1."""

    head: StanceChange
    amendments: tuple[StanceChange, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def latest(self) -> StanceChange:
        """The newest word on it that isn't a withdrawal."""
        told = [each for each in (self.head, *self.amendments) if each.event != "withdrawn"]
        return told[-1]

    @property
    def confidence(self) -> float:
        return self.latest.confidence

    @property
    def witnesses(self) -> int:
        """A correction may take a witness away again: the newest count holds."""
        return self.latest.witnesses

    @property
    def is_disputed(self) -> bool:
        """Whether a second reader read the quotes otherwise."""
        word = self.head.verification
        return word is not None and word.verdict == "disputed"

    @property
    def from_(self) -> PositionRef:
        return self.head.from_

    @property
    def to(self) -> PositionRef:
        """The new position with the quote that opened the alert and the newest word on its condition."""
        return self.head.to.model_copy(update={"conditional": self.latest.to.conditional})

    @property
    def withdrawal(self) -> StanceChange | None:
        return next((each for each in self.amendments if each.event == "withdrawn"), None)

    @property
    def corrections(self) -> tuple[StanceChange, ...]:
        return tuple(each for each in self.amendments if each.event == "corrected")

    @property
    def outlets(self) -> list[str]:
        """Outlets that carry the new position, each once, first reporter first."""
        backing = [each for each in self._evidence() if each.stance == self.head.to.stance]
        return list(dict.fromkeys([self.head.to.source, *(each.source for each in backing)]))

    def _evidence(self) -> list[Evidence]:
        return [piece for change in (self.head, *self.amendments) for piece in change.evidence]

    def verdict_counts(self) -> Counter[str]:
        """How many editors say what; an editor's newest verdict counts."""
        newest = {each.by: each.verdict for each in sorted(self.verdicts, key=lambda each: each.given_at)}
        return Counter(newest.values())


def alert_id_of(change: StanceChange) -> str:
    """The id of the alert that ``change`` opens or amends."""
    return change.id if change.event == "changed" or change.amends is None else change.amends


def view_of(alert: SentAlert) -> AlertView | None:
    """None while the change that opened the alert isn't known (it was backfill, or before our time)."""
    changes = [decode(StanceChange, text.encode()) for text in alert.changes]
    verdicts = tuple(decode(Verdict, text.encode()) for text in alert.verdicts)
    return fold(changes, verdicts)


def fold(changes: Sequence[StanceChange], verdicts: Sequence[Verdict] = ()) -> AlertView | None:
    """The changes of one alert, in order of arrival, as one view."""
    head = next((each for each in changes if alert_id_of(each) == each.id), None)
    if head is None:
        return None
    return AlertView(head, tuple(each for each in changes if each is not head), tuple(verdicts))
