"""Quiet hours, daily times and the cap, in the receiver's own time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from alerting.durations import parse_duration
from alerting.gate import hold_head
from alerting.quiet_hours import next_daily, quiet_until
from alerting.receivers import QuietHours, Receiver
from alerting.routes import Daily


def quiet(**more: Any) -> QuietHours:
    return QuietHours.model_validate({"from": "22:00", "until": "07:00", "zone": "Europe/Berlin", **more})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2031-01-15T20:59:59+00:00", None),
        ("2031-01-15T21:00:00+00:00", "2031-01-16T06:00:00+00:00"),
        ("2031-01-16T05:59:59+00:00", "2031-01-16T06:00:00+00:00"),
        ("2031-01-16T06:00:00+00:00", None),
        ("2031-07-15T20:30:00+00:00", "2031-07-16T05:00:00+00:00"),  # summer time
    ],
)
def test_quiet_hours_cross_midnight_in_their_own_zone(now: str, until: str | None) -> None:
    assert quiet_until(at(now), [quiet()]) == (None if until is None else at(until))


def test_the_night_of_a_clock_change_ends_by_the_wall_clock() -> None:
    assert quiet_until(at("2031-03-29T23:00:00+00:00"), [quiet()]) == at("2031-03-30T05:00:00+00:00")


def test_only_the_named_days_begin_quiet_hours() -> None:
    friday_night = quiet(days=["fri"])
    assert (
        quiet_until(at("2031-04-12T01:00:00+02:00"), [friday_night]) is not None
    )  # Saturday, begun on Friday
    assert quiet_until(at("2031-04-13T01:00:00+02:00"), [friday_night]) is None


def test_a_daily_time_is_the_next_one_in_its_zone() -> None:
    daily = Daily.model_validate({"at": "07:30", "zone": "America/New_York"})
    assert next_daily(at("2031-01-15T12:30:00+00:00"), daily) == at("2031-01-16T12:30:00+00:00")
    assert next_daily(at("2031-01-15T12:29:00+00:00"), daily) == at("2031-01-15T12:30:00+00:00")


def test_a_daily_time_in_the_gap_of_a_clock_change_still_comes_once() -> None:
    daily = Daily.model_validate({"at": "02:30", "zone": "Europe/Berlin"})
    first = next_daily(at("2031-03-29T12:00:00+00:00"), daily)
    assert first.astimezone(UTC).date().isoformat() == "2031-03-30"
    assert next_daily(first, daily) - first > timedelta(hours=20)


def test_the_cap_frees_a_slot_an_hour_after_the_oldest_that_counts() -> None:
    receiver = Receiver.model_validate({"name": "a", "console": {}, "cap_per_hour": 2})
    now = at("2031-01-15T12:00:00+00:00")
    sent = [now - timedelta(minutes=minutes) for minutes in (59, 30, 61)]
    hold = hold_head(receiver, sent, now)
    assert hold is not None
    assert hold.until == now + timedelta(minutes=1)
    assert hold_head(receiver, sent, hold.until) is None


@pytest.mark.parametrize("text", ["", "1", "h", "-1h", "1w", "1.5h"])
def test_what_is_no_duration_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(ValueError, match="as in 30s or 2h"):
        parse_duration(text)
