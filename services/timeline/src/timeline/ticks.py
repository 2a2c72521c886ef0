"""Round dates along a time axis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_MONTH_STEPS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000)
_DAY_STEPS = (1, 2, 7, 14)
_DAYS_IN_A_MONTH = 30.4


@dataclass(frozen=True)
class Tick:
    """A moment and how it is written."""

    moment: datetime
    text: str


def make_ticks(start: datetime, end: datetime, most: int) -> list[Tick]:
    """At most about ``most`` round dates within ``start`` and ``end`` (aware, UTC)."""
    days = max((end - start) / timedelta(days=1), 0.01)
    for step in _DAY_STEPS:
        if days / step <= most:
            return list(_by_days(start, end, step))
    months = days / _DAYS_IN_A_MONTH
    step = next((each for each in _MONTH_STEPS if months / each <= most), _MONTH_STEPS[-1])
    return list(_by_months(start, end, step))


def _by_days(start: datetime, end: datetime, step: int) -> Iterator[Tick]:
    day = datetime(start.year, start.month, start.day, tzinfo=UTC) + timedelta(days=1)
    while day <= end and day.year < 9999:
        yield Tick(
            day, f"{day.day} {day:%b}" if day.month > 1 or day.day > step else f"{day.day} {day:%b %Y}"
        )
        day += timedelta(days=step)


def _by_months(start: datetime, end: datetime, step: int) -> Iterator[Tick]:
    month = (start.year * 12 + start.month - 1) // step * step
    while True:
        month += step
        year = month // 12
        if not 1 <= year <= 9999:
            return
        moment = datetime(year, month % 12 + 1, 1, tzinfo=UTC)
        if moment > end:
            return
        yield Tick(moment, f"{moment.year}" if step >= 12 else f"{moment:%b %Y}")
