"""When to ask a source again. Pure: outcome, wishes of the server and history in, a time and its reason out."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from fetcher.outcomes import Failed, Fetched, Gone, NotModified, Outcome, Refused, Throttled

# Adaptive polling: half the usual gap between two articles finds a new one after a quarter of a gap on average.
POLLS_PER_ARTICLE_GAP = 2.0
QUIET_GROWTH = 1.5
MAX_BACKOFF = timedelta(hours=24)
JITTER_SHARE = 0.1


class Why(StrEnum):
    """Why the next poll is when it is."""

    ADAPTIVE = "adaptive"
    SERVER_FRESHNESS = "server_freshness"
    SERVER_RETRY_AFTER = "server_retry_after"
    BACK_OFF = "back_off"
    SKIPPED_HOURS = "skipped_hours"
    GONE = "gone"


@dataclass(frozen=True)
class Bounds:
    """Shortest and longest time between two polls of one source."""

    floor: timedelta
    ceiling: timedelta


@dataclass(frozen=True)
class Wishes:
    """What the feed and its server ask for; None or empty where they say nothing."""

    max_age: timedelta | None = None
    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Next:
    """When to poll next (None: never again) and why."""

    at: datetime | None
    interval: timedelta
    why: Why


def next_poll(
    outcome: Outcome,
    now: datetime,
    bounds: Bounds,
    wishes: Wishes,
    previous_interval: timedelta,
    found_new: bool,
    article_gap: timedelta | None,
    failures: int,
    jitter: float,
) -> Next:
    """Decide when to ask again.

    `failures` counts consecutive failures including this one; `jitter` is a number in [-1, 1] handed in, so that
    many sources do not fall into step. A wish of the server is a lower bound and is never undercut by jitter.
    """
    match outcome:
        case Gone():
            return Next(None, bounds.ceiling, Why.GONE)
        case Throttled(retry_after=wish) if wish is not None:
            interval = max(wish, bounds.floor)
            decided = Next(now + interval + _spread(interval, abs(jitter)), interval, Why.SERVER_RETRY_AFTER)
        case Throttled() | Failed() | Refused():
            interval = back_off(bounds.floor, failures)
            decided = Next(now + interval + _spread(interval, jitter), interval, Why.BACK_OFF)
        case Fetched() | NotModified():
            decided = _after_success(now, bounds, wishes, previous_interval, found_new, article_gap, jitter)
    return _outside_skipped_hours(decided, wishes)


def _after_success(
    now: datetime,
    bounds: Bounds,
    wishes: Wishes,
    previous_interval: timedelta,
    found_new: bool,
    article_gap: timedelta | None,
    jitter: float,
) -> Next:
    interval = adaptive_interval(bounds, previous_interval, found_new, article_gap)
    why = Why.ADAPTIVE
    # The publisher's wish counts up to our ceiling: a feed that claims to be fresh for a year is still asked.
    wish = min(max(wishes.max_age or timedelta(0), wishes.ttl or timedelta(0)), bounds.ceiling)
    if wish > interval:
        interval, why, jitter = wish, Why.SERVER_FRESHNESS, abs(jitter)
    return Next(now + interval + _spread(interval, jitter), interval, why)


def _outside_skipped_hours(decided: Next, wishes: Wishes) -> Next:
    if decided.at is None:
        return decided
    allowed = after_skipped_hours(decided.at, wishes.skip_hours, wishes.skip_days)
    return decided if allowed == decided.at else Next(allowed, decided.interval, Why.SKIPPED_HOURS)


def adaptive_interval(
    bounds: Bounds, previous: timedelta, found_new: bool, article_gap: timedelta | None
) -> timedelta:
    """Between floor and ceiling: shrink to the pace of the source when it speaks, grow while it is silent."""
    if found_new:
        target = article_gap / POLLS_PER_ARTICLE_GAP if article_gap else previous / 2
        interval = min(target, previous)
    else:
        interval = previous * QUIET_GROWTH
        if article_gap is not None:
            # A silence shorter than the usual gap is no news: do not drift away from the known pace.
            interval = min(interval, max(article_gap, previous))
    return min(max(interval, bounds.floor), bounds.ceiling)


def back_off(floor: timedelta, failures: int) -> timedelta:
    """Doubles with each consecutive failure, up to a day."""
    return max(min(floor * (1 << min(failures, 16)), MAX_BACKOFF), floor)


def after_skipped_hours(at: datetime, skip_hours: frozenset[int], skip_days: frozenset[int]) -> datetime:
    """The first moment from `at` on that lies in no skipped UTC hour (0-23) or weekday (Monday = 0).

    A feed that skips everything is ignored on that: it would never be read.
    """
    if len(skip_hours) >= 24 or len(skip_days) >= 7:
        return at
    moment = at.astimezone(UTC)
    for _ in range(24 * 8):
        if moment.hour not in skip_hours and moment.weekday() not in skip_days:
            return moment
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return at


def article_gap(published: list[datetime]) -> timedelta | None:
    """Median time between neighbouring articles, from at least three dated entries; None if unknown."""
    times = sorted(published)
    gaps = sorted(later - earlier for earlier, later in pairwise(times))
    return gaps[len(gaps) // 2] if len(gaps) >= 2 else None


def is_silent(newest: datetime | None, gap: timedelta | None, now: datetime) -> bool:
    """Whether a source that used to speak has fallen silent: ten usual gaps, and at least two days, without news."""
    if newest is None or gap is None:
        return False
    return now - newest > max(gap * 10, timedelta(days=2))


def _spread(interval: timedelta, jitter: float) -> timedelta:
    return interval * (JITTER_SHARE * jitter)
