"""From the first sight of an article to the alert: which alerts the objective counts, and from when on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from alerting.channels.base import NotSent, Refused
from alerting.reasons import Reason
from prometheus_client import REGISTRY

from tests.unit.alerting.builders import NOON, Bench, amendment, change, evidence, routes

SEEN = NOON - timedelta(seconds=30)
QUIET_NOON = {"quiet_hours": [{"from": "11:00", "until": "13:00", "zone": "UTC"}]}


def bench(**receiver: Any) -> Bench:
    return Bench(routes(receivers=[{"name": "desk", "console": {}, **receiver}]))


def routed(**route: Any) -> Bench:
    return Bench(routes(routes=[{"receivers": ["desk"], **route}]))


def observed(path: str) -> tuple[float, float]:
    """(how many, seconds together) so far."""
    name, labels = "stancewatch_article_to_alert_seconds", {"channel": "console", "path": path}
    found = [REGISTRY.get_sample_value(f"{name}_{part}", labels) or 0.0 for part in ("count", "sum")]
    return found[0], found[1]


@pytest.fixture
def since() -> Callable[[str], tuple[float, float]]:
    """What was observed since the test began, by path."""
    paths = ("at_once", "group", "daily", "quiet_hours", "cap", "replayed")
    before = {path: observed(path) for path in paths}

    def difference(path: str) -> tuple[float, float]:
        count, seconds = observed(path)
        return count - before[path][0], pytest.approx(seconds - before[path][1])

    return difference


def test_an_alert_is_measured_from_the_first_sight_of_its_article(since: Any) -> None:
    desk = bench()
    desk.take(change(first_seen_at=SEEN))
    desk.work()
    assert since("at_once") == (1, 30)


def test_a_failing_receiver_counts_with_all_the_time_it_took(since: Any) -> None:
    desk = bench()
    desk.channel.failures = [NotSent("busy", 60)]
    desk.take(change(first_seen_at=SEEN))
    desk.work()
    assert since("at_once") == (0, 0)
    desk.clock.advance(timedelta(seconds=61))
    desk.work()
    assert since("at_once") == (1, 91)


@pytest.mark.parametrize(
    ("path", "desk", "waits"),
    [
        ("quiet_hours", lambda: bench(**QUIET_NOON), timedelta(hours=1)),
        ("daily", lambda: routed(daily={"at": "18:00", "zone": "UTC"}), timedelta(hours=6)),
        ("group", lambda: routed(group={"wait": "5m", "at_least": 3, "by": ["actor"]}), timedelta(minutes=5)),
    ],
)
def test_what_waits_on_purpose_is_counted_apart(
    since: Any, path: str, desk: Callable[[], Bench], waits: timedelta
) -> None:
    waiting = desk()
    waiting.take(change(first_seen_at=SEEN))
    waiting.work()
    waiting.clock.advance(waits)
    waiting.work()
    assert since(path) == (1, waits.total_seconds() + 30)
    assert since("at_once") == (0, 0)


def test_what_the_cap_holds_is_counted_apart(since: Any) -> None:
    desk = bench(cap_per_hour=1)
    desk.take(change("c1", first_seen_at=SEEN), change("c2", first_seen_at=SEEN))
    desk.work()
    desk.clock.advance(timedelta(hours=1))
    desk.work()
    assert since("at_once") == (1, 30)
    assert since("cap") == (1, 3630)


def test_what_was_held_and_then_failed_is_still_counted_apart(since: Any) -> None:
    desk = bench(**QUIET_NOON)
    desk.take(change(first_seen_at=SEEN))
    desk.work()
    desk.channel.failures = [NotSent("busy", 60)]
    desk.clock.advance(timedelta(hours=1))
    desk.work()
    desk.clock.advance(timedelta(seconds=61))
    desk.work()
    assert since("quiet_hours")[0] == 1
    assert since("at_once") == (0, 0)


def test_a_dead_letter_that_is_sent_again_is_counted_apart(since: Any) -> None:
    desk = bench()
    desk.channel.failures = [Refused("channel_not_found")]
    desk.take(change(first_seen_at=SEEN))
    desk.work()
    desk.clock.advance(timedelta(days=1))
    desk.take(change(first_seen_at=SEEN))
    desk.work()
    assert since("replayed")[0] == 1
    assert since("at_once") == (0, 0)


def test_a_promoted_alert_is_measured_from_the_article_that_promoted_it(since: Any) -> None:
    desk = routed(match={"min_witnesses": 2})
    desk.take(change(first_seen_at=SEEN))
    desk.work()
    desk.clock.advance(timedelta(hours=3))
    second = evidence(statement_id="st-2", article_id="wire/2", source="Coast Wire")
    desk.take(
        amendment(
            "corroborated",
            witnesses=2,
            evidence=[evidence(), second],
            first_seen_at=NOON + timedelta(hours=3, seconds=-12),
        )
    )
    desk.work()
    assert desk.states() == [("c1", "sent", Reason.PROMOTED)]
    assert since("at_once") == (1, 12)


@pytest.mark.parametrize("more", [{}, {"backfill": True, "first_seen_at": SEEN}], ids=["unknown", "backfill"])
def test_what_has_no_first_sight_or_comes_from_the_past_is_not_measured(since: Any, more: Any) -> None:
    desk = bench()
    desk.take(change(**more))
    desk.work()
    assert since("at_once") == (0, 0)


def test_follow_ups_are_not_measured(since: Any) -> None:
    desk = bench()
    desk.take(change(first_seen_at=SEEN))
    desk.work()
    desk.take(amendment("corroborated", witnesses=2, first_seen_at=SEEN))
    desk.work()
    assert since("at_once") == (1, 30)


def test_the_objectives_series_begin_at_zero_before_the_first_alert() -> None:
    Bench(routes(receivers=[{"name": "unused", "feed": {}}], routes=[{"receivers": ["unused"]}]))
    of_receiver = {"receiver": "unused", "channel": "feed"}
    for name, labels in (
        ("stancewatch_alert_messages_total", {**of_receiver, "role": "head"}),
        ("stancewatch_alert_send_failures_total", {**of_receiver, "outcome": "refused"}),
        ("stancewatch_alert_send_failures_total", {**of_receiver, "outcome": "gave_up"}),
        ("stancewatch_article_to_alert_seconds_count", {"channel": "feed", "path": "at_once"}),
    ):
        assert REGISTRY.get_sample_value(name, labels) == 0, name
