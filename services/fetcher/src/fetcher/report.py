"""What the fetcher tells of itself: metrics, in the words of its decisions."""

from __future__ import annotations

from datetime import datetime, timedelta

from stancewatch_schemas.models import SourceState
from stancewatch_shared import metrics
from stancewatch_shared.logs import get_logger

from fetcher.articles import Result
from fetcher.entries import Verdict
from fetcher.outcomes import Failed, Fetched, Refused, outcome_label
from fetcher.reading import PageResult, PollResult
from fetcher.schedule import is_silent


def polled(source_id: str, result: PollResult) -> None:
    """A source was asked."""
    metrics.FETCHES.labels(source_id, outcome_label(result.outcome)).inc()
    metrics.FETCH_SECONDS.observe(result.seconds)
    if isinstance(result.outcome, Fetched):
        metrics.FETCHED_BYTES.labels(source_id).inc(result.outcome.wire_bytes)
    if isinstance(result.outcome, Failed | Refused):
        get_logger().warning(
            "poll_failed",
            source=source_id,
            outcome=outcome_label(result.outcome),
            reason=result.outcome.detail,
        )


def page(source_id: str, result: PageResult) -> None:
    """A page was asked for."""
    metrics.PAGES.labels(source_id, outcome_label(result.outcome)).inc()
    if isinstance(result.outcome, Fetched):
        metrics.FETCHED_BYTES.labels(source_id).inc(result.outcome.wire_bytes)


def entry(source_id: str, verdict: Verdict) -> None:
    """An entry was looked at."""
    metrics.ENTRIES.labels(source_id, verdict.value).inc()


def delivered(source_id: str, result: Result) -> None:
    """The broker has an article."""
    kind = result.change.value if result.change else "new"
    metrics.ARTICLES.labels(source_id, kind).inc()
    if result.article is not None:
        get_logger().info(
            "article_sent",
            source=source_id,
            id=result.article.id,
            revision=result.article.revision,
            kind=kind,
        )


def finished(source_id: str, state: SourceState, now: datetime) -> None:
    """A poll and all it led to has ended."""
    standing(source_id, state, now)
    if state.is_gone:
        get_logger().error(
            "source_gone", source=source_id, reason="the server answers 410: remove it from sources.yaml"
        )


def standing(source_id: str, state: SourceState, now: datetime) -> None:
    """How a source stands: after a poll, and when its share comes to us, which may be hours before the next."""
    if state.next_poll_at is not None:
        metrics.NEXT_POLL_TIME.labels(source_id).set(state.next_poll_at.timestamp())
    if state.newest_at is not None:
        metrics.NEWEST_ARTICLE_TIME.labels(source_id).set(state.newest_at.timestamp())
    gap = timedelta(seconds=state.gap_seconds) if state.gap_seconds is not None else None
    metrics.SOURCE_SILENT.labels(source_id).set(is_silent(state.newest_at, gap, now))
    metrics.SOURCE_FAILURES.labels(source_id).set(state.failures)
    if state.is_gone:
        gone(source_id)


def gone(source_id: str) -> None:
    """The source has ended for good."""
    metrics.SOURCE_GONE.labels(source_id).set(1)


def no_longer_ours(source_id: str) -> None:
    """Another fetcher polls it now, or it was taken out: its gauges would go stale."""
    for gauge in (
        metrics.NEXT_POLL_TIME,
        metrics.NEWEST_ARTICLE_TIME,
        metrics.SOURCE_SILENT,
        metrics.SOURCE_FAILURES,
        metrics.SOURCE_GONE,
    ):
        if (source_id,) in gauge._metrics:
            gauge.remove(source_id)
