"""Reading dates that publishers write, and deciding which one to believe."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# Clocks of servers differ; a date further ahead is a mistake (or an embargo that was broken).
MAX_AHEAD = timedelta(hours=26)
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


def read_date(value: object) -> datetime | None:
    """A moment in RFC 3339, ISO 8601 or RFC 5322 form as aware UTC; None if unreadable. No zone means UTC."""
    if not isinstance(value, str):
        return None
    text = value.strip()[:64]
    moment = _iso(text) or _rfc5322(text)
    if moment is None:
        return None
    try:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None
    return moment if moment >= EARLIEST else None


def believable(moment: datetime | None, now: datetime) -> datetime | None:
    """`moment`, unless it lies in the future beyond any clock's error or before newspapers are read by machine."""
    if moment is None or moment > now + MAX_AHEAD or moment < EARLIEST:
        return None
    return moment


def _iso(text: str) -> datetime | None:
    # fromisoformat reads "2026-01-02T03:04:05.1+0100" but no space before the zone.
    compact = re.sub(r"\s+(?=[+-][0-9]{2}:?[0-9]{2}$|Z$)", "", text)
    try:
        return datetime.fromisoformat(compact)
    except ValueError:
        return None


def _rfc5322(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
