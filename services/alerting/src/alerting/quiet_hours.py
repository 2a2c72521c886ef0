"""Quiet hours and daily times, in the receiver's own time zone. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from alerting.receivers import DAYS, QuietHours
from alerting.routes import Daily


def quiet_until(now: datetime, spans: Iterable[QuietHours]) -> datetime | None:
    """When the quiet that holds at ``now`` ends (aware, UTC), or None when it isn't quiet."""
    ends = [end for span in spans if (end := _end_of(now, span)) is not None]
    return max(ends) if ends else None


def next_daily(now: datetime, daily: Daily) -> datetime:
    """The next ``daily.at`` after ``now``. In a clock change's gap it is the moment the clock jumps to."""
    zone = ZoneInfo(daily.zone)
    today = now.astimezone(zone).date()
    times = (datetime.combine(today + timedelta(days=ahead), daily.at, zone) for ahead in (0, 1, 2))
    return next(moment.astimezone(UTC) for moment in times if moment.astimezone(UTC) > now)


def _end_of(now: datetime, span: QuietHours) -> datetime | None:
    zone = ZoneInfo(span.zone)
    today = now.astimezone(zone).date()
    overnight = span.until < span.from_
    for begins_on in (today - timedelta(days=1), today):
        if DAYS[begins_on.weekday()] not in span.days:
            continue
        starts = datetime.combine(begins_on, span.from_, zone).astimezone(UTC)
        ends = datetime.combine(begins_on + timedelta(days=overnight), span.until, zone).astimezone(UTC)
        if starts <= now < ends:
            return ends
    return None
