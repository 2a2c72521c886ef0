"""When a source is asked again, and why."""

from datetime import UTC, datetime, timedelta

import pytest
from fetcher.outcomes import Failed, Fetched, Gone, NotModified, Refusal, Refused, Throttled
from fetcher.schedule import Bounds, Why, Wishes, article_gap, back_off, is_silent, next_poll

NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BOUNDS = Bounds(5 * MINUTE, 240 * MINUTE)
NEWS = Fetched("https://example.org/f", 200, {}, b"")


def decide(outcome, *, wishes=Wishes(), previous=20 * MINUTE, new=False, gap=None, failures=0, jitter=0.0):  # noqa: B008
    return next_poll(outcome, NOW, BOUNDS, wishes, previous, new, gap, failures, jitter)


def test_a_source_that_speaks_is_asked_sooner():
    assert decide(NEWS, new=True).interval == 10 * MINUTE


def test_a_silent_source_is_asked_later():
    assert decide(NotModified()).interval == 30 * MINUTE


def test_a_source_with_a_known_pace_is_asked_twice_per_article():
    assert decide(NEWS, new=True, gap=16 * MINUTE).interval == 8 * MINUTE


def test_silence_shorter_than_the_usual_gap_changes_nothing():
    assert decide(NotModified(), gap=16 * MINUTE).interval == 20 * MINUTE


def test_never_more_often_than_the_floor():
    assert decide(NEWS, new=True, previous=5 * MINUTE, gap=MINUTE).interval == 5 * MINUTE


def test_at_least_as_often_as_the_ceiling():
    assert decide(NotModified(), previous=239 * MINUTE).interval == 240 * MINUTE


def test_the_publishers_patience_is_respected():
    decision = decide(NEWS, new=True, wishes=Wishes(ttl=60 * MINUTE), jitter=-1.0)
    assert decision.at >= NOW + 60 * MINUTE
    assert decision.why is Why.SERVER_FRESHNESS


def test_a_feed_that_claims_to_be_fresh_for_a_year_is_still_asked():
    assert decide(NEWS, wishes=Wishes(max_age=timedelta(days=365))).interval == BOUNDS.ceiling


def test_retry_after_is_never_undercut_by_jitter():
    decision = decide(Throttled(429, 90 * MINUTE), failures=1, jitter=-1.0)
    assert decision.at >= NOW + 90 * MINUTE
    assert decision.why is Why.SERVER_RETRY_AFTER


def test_a_retry_after_of_nothing_still_keeps_the_floor():
    assert decide(Throttled(503, timedelta(0)), failures=1).interval == BOUNDS.floor


@pytest.mark.parametrize("outcome", [Failed("x"), Refused(Refusal.TOO_LARGE, "x"), Throttled(429, None)])
def test_failures_double_the_wait(outcome):
    assert decide(outcome, failures=3).interval == 40 * MINUTE


def test_the_wait_never_exceeds_a_day():
    assert back_off(5 * MINUTE, 1000) == timedelta(days=1)


def test_a_gone_source_is_never_asked_again():
    assert decide(Gone()).at is None


def test_skipped_hours_are_skipped():
    decision = decide(NotModified(), wishes=Wishes(skip_hours=frozenset({12, 13, 14})))
    assert decision.at == datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
    assert decision.why is Why.SKIPPED_HOURS


def test_skipped_days_are_skipped():
    tuesday = frozenset({1})
    assert decide(NotModified(), wishes=Wishes(skip_days=tuesday)).at == datetime(2026, 3, 4, tzinfo=UTC)


def test_a_feed_that_skips_every_hour_is_not_believed():
    assert decide(NotModified(), wishes=Wishes(skip_hours=frozenset(range(24)))).why is Why.ADAPTIVE


def test_the_pace_is_the_median_gap():
    assert article_gap([NOW, NOW + MINUTE, NOW + 3 * MINUTE, NOW + 100 * MINUTE]) == 2 * MINUTE


def test_two_articles_are_no_pace():
    assert article_gap([NOW, NOW + MINUTE]) is None


@pytest.mark.parametrize(
    ("hours", "gap_hours", "is_so"), [(47, 1, False), (49, 1, True), (49, 24, False), (241, 24, True)]
)
def test_silence_is_ten_gaps_and_two_days(hours, gap_hours, is_so):
    newest = NOW - timedelta(hours=hours)
    assert is_silent(newest, timedelta(hours=gap_hours), NOW) is is_so
