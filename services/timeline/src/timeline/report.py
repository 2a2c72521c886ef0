"""The words in which a change or an amendment of it was reported. Pure."""

from __future__ import annotations

from stancewatch_schemas.models import Evidence, PositionRef, StanceChange

Words = PositionRef | Evidence
"""A quote with its place."""

_CONDITIONAL = {"condition_added": True, "condition_dropped": False}
CONDITION_EVENTS = tuple(_CONDITIONAL)


def report_of(event: StanceChange) -> Words:
    """Quote and place: those of ``to``, unless they are still those of the change that is amended.

    A corroboration brings another report, and a condition other words; both are the newest of the same side.
    """
    if event.event not in ("corroborated", *CONDITION_EVENTS) or event.to.conditional == _CONDITIONAL.get(
        event.event
    ):
        return event.to
    backing = [each for each in event.evidence if each.stance == event.to.stance and each.copy_of is None]
    return max(backing, key=lambda each: (each.published_at, each.said_at), default=event.to)
