"""What is remembered of a source after a poll. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from stancewatch_schemas.models import SourceState

from fetcher.documents import SITEMAP_INDEX, FeedDocument
from fetcher.headers import max_age
from fetcher.outcomes import Failed, Fetched, Gone, Hop, NotModified, Refused, Throttled, outcome_label
from fetcher.reading import PollResult
from fetcher.schedule import Bounds, Why, Wishes, article_gap, next_poll
from fetcher.source_models import Source

# One sighting of a permanent redirect may be a mistake at the other end; three in a row are a decision.
SIGHTINGS_BEFORE_MOVING = 3
MAX_VALIDATOR_CHARS = 8_192


def fresh(source: Source) -> SourceState:
    """Nothing known yet."""
    return SourceState(url=source.url or "")


def reading_of(source: Source) -> str:
    """Digest of the settings under which an answer of `source` is read: with others it would give other articles."""
    settings = (source.type, source.link_pattern, source.max_entries, source.full_text)
    return sha256(repr(settings).encode()).hexdigest()[:16]


def validators(source: Source, state: SourceState) -> tuple[str | None, str | None]:
    """ETag and Last-Modified to send: none where the settings have changed, as a 304 would hide what they change."""
    if state.read_as != reading_of(source):
        return None, None
    return state.etag, state.last_modified


def poll_url(state: SourceState) -> str:
    """Where to ask: the address in sources.yaml, or where it has moved to for good."""
    has_moved = state.moved_to is not None and state.moved_sightings >= SIGHTINGS_BEFORE_MOVING
    return state.moved_to if has_moved and state.moved_to else state.url


def after_poll(
    before: SourceState,
    result: PollResult,
    *,
    now: datetime,
    bounds: Bounds,
    found_new: int,
    is_complete: bool,
    jitter: float,
) -> tuple[SourceState, Why]:
    """The state after `result`, with the reason for the time of the next poll.

    `is_complete` is whether every entry was delivered: else the validators are not kept, so that the next poll
    gets the whole feed again.
    """
    outcome, document = result.outcome, result.document
    is_failure = isinstance(outcome, Failed | Refused | Throttled)
    failures = before.failures + 1 if is_failure else 0
    wishes = _wishes(before, result, now)
    newest, gap = _pace(before, document, now)
    decision = next_poll(
        outcome,
        now,
        bounds,
        wishes,
        timedelta(seconds=before.interval_seconds) or bounds.floor,
        found_new > 0,
        gap,
        failures,
        jitter,
    )
    etag, last_modified = _new_validators(before, result, is_complete)
    moved_to, sightings = _moved(before, outcome)
    state = SourceState(
        url=before.url,
        moved_to=moved_to,
        moved_sightings=sightings,
        etag=etag,
        last_modified=last_modified,
        # Only an answer that was read counts: not a failure, nor a 304 that nobody asked for.
        read_as=reading_of(result.task.source) if document is not None else before.read_as,
        next_poll_at=decision.at,
        # A pause that the server imposed is not the source's own pace.
        interval_seconds=before.interval_seconds if is_failure else decision.interval.total_seconds(),
        failures=failures,
        outcome=outcome_label(outcome)[:64],
        title=document.title if document else before.title,
        newest_at=newest,
        gap_seconds=gap.total_seconds() if gap is not None else None,
        is_gone=isinstance(outcome, Gone),
        ttl_seconds=wishes.ttl.total_seconds() if wishes.ttl else None,
        skip_hours=sorted(wishes.skip_hours),
        skip_days=sorted(wishes.skip_days),
    )
    return state, decision.why


def _wishes(before: SourceState, result: PollResult, now: datetime) -> Wishes:
    """What holds now. What the feed itself said holds until it says otherwise: a 304 repeats nothing."""
    outcome, said = result.outcome, result.document or before
    return Wishes(
        max_age(outcome.headers, now) if isinstance(outcome, Fetched | NotModified) else None,
        timedelta(seconds=said.ttl_seconds) if said.ttl_seconds else None,
        frozenset(said.skip_hours),
        frozenset(said.skip_days),
    )


def _pace(
    before: SourceState, document: FeedDocument | None, now: datetime
) -> tuple[datetime | None, timedelta | None]:
    known = timedelta(seconds=before.gap_seconds) if before.gap_seconds is not None else None
    if document is None:
        return before.newest_at, known
    dated = [m for e in document.entries if (m := e.published or e.updated) is not None and m <= now]
    newest = max([*dated, *([before.newest_at] if before.newest_at else [])], default=None)
    return newest, article_gap(dated) or known


def _new_validators(
    before: SourceState, result: PollResult, is_complete: bool
) -> tuple[str | None, str | None]:
    outcome = result.outcome
    if isinstance(outcome, NotModified):
        # RFC 9110 15.4.5: a 304 may bring a newer ETag; without one the old stays good.
        return outcome.headers.get("etag", before.etag), outcome.headers.get(
            "last-modified", before.last_modified
        )
    if isinstance(outcome, Fetched):
        if not is_complete or result.document is None or result.document.kind == SITEMAP_INDEX:
            # An index may stand unchanged while the sitemaps that it names go on.
            return None, None
        etag, modified = outcome.headers.get("etag"), outcome.headers.get("last-modified")
        return _bounded(etag), _bounded(modified)
    return before.etag, before.last_modified


def _bounded(validator: str | None) -> str | None:
    # A validator that had to be cut would never match.
    return validator if validator is not None and len(validator) <= MAX_VALIDATOR_CHARS else None


def _moved(before: SourceState, outcome: object) -> tuple[str | None, int]:
    hops: tuple[Hop, ...] = outcome.hops if isinstance(outcome, Fetched | NotModified) else ()
    if not isinstance(outcome, Fetched | NotModified):
        return before.moved_to, before.moved_sightings
    if before.moved_to and before.moved_sightings >= SIGHTINGS_BEFORE_MOVING and not hops:
        return before.moved_to, before.moved_sightings
    target = None
    for hop in hops:
        if not hop.is_permanent:
            break
        target = hop.url
    if target is None:
        return None, 0
    return target, before.moved_sightings + 1 if target == before.moved_to else 1
