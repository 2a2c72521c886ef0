"""What is true of an alert now: the change that opened it with everything that amended it since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from stancewatch_schemas.codec import decode
from stancewatch_schemas.models import Evidence, PositionRef, SentAlert, StanceChange, Verdict

Tier = Literal["possible", "confirmed"]
CONDITION_EVENTS = ("condition_added", "condition_dropped")


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
        """How sure the change was when it was decided, or decided again after a correction.

        A further report adds a witness; the confidence in its own reading says nothing about the change.
        """
        return self._told.confidence

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
        return self._told.from_

    @property
    def to(self) -> PositionRef:
        """The new position in the words that opened the alert, or in those a correction put in their place."""
        return self._told.to

    @property
    def condition(self) -> PositionRef | None:
        """The words that last added or dropped a condition since; None where there are none."""
        events = [each for each in self.amendments if each.event in CONDITION_EVENTS]
        return report_of(events[-1]) if events else None

    @property
    def now(self) -> PositionRef:
        """The position as it is now."""
        return self.condition or self.to

    @property
    def _told(self) -> StanceChange:
        return self.corrections[-1] if self.corrections else self.head

    @property
    def withdrawal(self) -> StanceChange | None:
        return next((each for each in self.amendments if each.event == "withdrawn"), None)

    @property
    def corrections(self) -> tuple[StanceChange, ...]:
        return tuple(each for each in self.amendments if each.event == "corrected")

    @property
    def outlets(self) -> list[str]:
        """Outlets that report the new position in words of their own, each once, first reporter first."""
        backing = [each.source for each in self._backing() if each.copy_of is None]
        return list(dict.fromkeys([self.to.source, *backing]))

    @property
    def copying_outlets(self) -> list[str]:
        """Outlets that only printed what another one had written."""
        copies = [each.source for each in self._backing() if each.copy_of is not None]
        return [name for name in dict.fromkeys(copies) if name not in self.outlets]

    def _backing(self) -> list[Evidence]:
        """Evidence for the new side since the old one was last held: the same side held long ago proves nothing."""
        pieces = [piece for change in (self.head, *self.amendments) for piece in change.evidence]
        since = self.from_.said_at
        return [each for each in pieces if each.stance == self.to.stance and each.said_at >= since]

    def verdict_counts(self) -> Counter[str]:
        """How many editors say what; an editor's newest verdict counts."""
        newest = {each.by: each.verdict for each in sorted(self.verdicts, key=lambda each: each.given_at)}
        return Counter(newest.values())


def report_of(event: StanceChange) -> PositionRef:
    """The words that an amendment reports, with where they stand: those of its ``to``, else the newest of that side."""
    is_conditional = {"condition_added": True, "condition_dropped": False}.get(event.event)
    if event.to.conditional == is_conditional or event.event not in (*CONDITION_EVENTS, "corroborated"):
        return event.to
    backing = [each for each in event.evidence if each.stance == event.to.stance and each.copy_of is None]
    newest = max(backing, key=lambda each: (each.published_at, each.said_at), default=None)
    if newest is None:
        return event.to
    place = {name: getattr(newest, name) for name in PositionRef.model_fields if name != "conditional"}
    return PositionRef(
        conditional=event.to.conditional if is_conditional is None else is_conditional, **place
    )


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
