"""Try a source once, step by step, and say what came of each step: the heart of `stancewatch sources test`."""

from __future__ import annotations

from calendar import day_name
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from fetcher.articles import best_text
from fetcher.documents import Entry, FeedDocument
from fetcher.entries import needs_page
from fetcher.guard import WAY_IN
from fetcher.headers import max_age
from fetcher.outcomes import Failed, Fetched, Gone, Outcome, Refusal, Refused, Throttled
from fetcher.reading import PageTask, PollResult, PollTask, Reader
from fetcher.schedule import article_gap
from fetcher.source_models import Source

ADVICE = {
    Refusal.HTTP_ERROR: "open it in a browser; `stancewatch sources discover SITE` finds the feeds of a site",
    Refusal.ROBOTS: "ask the site's owner, or set full_text: feed to take only what the feed carries",
    Refusal.TOO_LARGE: "lower it at the source, or raise STANCEWATCH_FETCH_BODY_BYTES",
    Refusal.BOMB: "the answer unpacks to far more than it pretends: leave this source out",
    Refusal.TOO_SLOW: "try again later; if it stays so slow, leave it out",
    Refusal.REDIRECT_LOOP: "open it in a browser and use the address it ends at",
    Refusal.TOO_MANY_REDIRECTS: "open it in a browser and use the address it ends at",
    Refusal.PARSER_DEADLINE: "the document is built to be hard to read: leave this source out",
}


EMPTY = {
    "feed": "a feed may be empty for a while; try again later",
    "sitemap": "a news sitemap holds two days: try again when there is news",
    "page": "no link on it matches link_pattern: compare it with the address of an article",
    "folder": "put .jsonl, .json, .html or .txt files there",
}


@dataclass(frozen=True)
class Step:
    """One line of the report. `is_good` is None for remarks."""

    is_good: bool | None
    label: str
    detail: str
    advice: str = ""


def examine(source: Source, reader: Reader, now: datetime, pages: int = 1) -> Iterator[Step]:
    """Ask `source` once and read up to `pages` of its articles. The last Step is good if articles would come."""
    result = reader.poll(PollTask(source, source.url or ""))
    problem = explain(result.outcome)
    if problem is not None or result.document is None:
        yield problem or Step(
            False, "answer", "the server says 304 (not modified) to a first visit: it is at fault"
        )
        return
    yield from _answer(result, now)
    document = result.document
    yield from _entries(document, now)
    if not document.entries:
        yield Step(False, "articles", "there are none now", EMPTY[source.type])
        return
    readable = 0
    for entry in document.entries[: max(pages, 1)]:
        step = _article(source, entry, reader)
        readable += step.is_good is True
        yield step
    if not readable:
        yield Step(False, "articles", "none of those tried could be read whole; they would be sent as stubs")


def explain(outcome: Outcome) -> Step | None:
    """A failed outcome in words, with what to do; None for a good one."""
    match outcome:
        case Refused(reason=reason, detail=detail):
            return Step(False, "refused", detail, _advice(reason, detail))
        case Failed(detail=detail):
            return Step(False, "failed", detail, "check the address; if it is right, try again later")
        case Throttled(status=status, retry_after=wish):
            wait = f" and asks to wait {_duration(wish)}" if wish else ""
            return Step(False, "throttled", f"the server answers {status}{wait}", "try again later")
        case Gone():
            return Step(False, "gone", "the server answers 410: this feed has ended", "find its successor")
        case _:
            return None


def _advice(reason: Refusal, detail: str) -> str:
    if reason is Refusal.HTTP_ERROR and detail.endswith((" 401", " 403")):
        return "if it opens in a browser, the site keeps programs out or wants a login: ask its owner"
    if reason is not Refusal.ADDRESS_FORBIDDEN:
        return ADVICE.get(reason, "")
    if WAY_IN in detail:
        return "to try it before: --allow-internal with that network"
    return "no source is at such an address: leave it out"


def why_not(outcome: Outcome) -> str:
    """A failed outcome on one line."""
    step = explain(outcome)
    return step.detail if step else "it does not answer with a feed"


def _answer(result: PollResult, now: datetime) -> Iterator[Step]:
    outcome, document = result.outcome, result.document
    assert isinstance(outcome, Fetched)
    assert document is not None
    if outcome.url:
        size = f"{len(outcome.body):,} bytes in {result.seconds:.1f} s"
        yield Step(True, "answer", f"{outcome.status}, {size}")
    for hop in outcome.hops:
        kind = "for good" if hop.is_permanent else "for now"
        advice = "use the new address" if hop.is_permanent else ""
        yield Step(None, "redirect", f"{hop.status} ({kind}) to {hop.url}", advice)
    title = f" “{document.title}”" if document.title else ""
    yield Step(True, "format", f"{document.kind}{title}")
    if outcome.url and not (outcome.headers.get("etag") or outcome.headers.get("last-modified")):
        yield Step(None, "caching", "no ETag or Last-Modified: every poll transfers everything")
    wish = wishes(result, now)
    if wish:
        yield Step(None, "polling", f"the publisher asks for patience: {wish}")


def _entries(document: FeedDocument, now: datetime) -> Iterator[Step]:
    dated = [moment for entry in document.entries if (moment := entry.published or entry.updated)]
    detail = f"{len(document.entries)}"
    if dated:
        detail += f", the newest from {max(dated):%Y-%m-%d %H:%M} UTC"
    gap = article_gap([moment for moment in dated if moment <= now])
    if gap:
        detail += f", usually one every {_duration(gap).removeprefix('1 ')}"
    yield Step(True if document.entries else None, "entries", detail)
    if document.dropped:
        yield Step(None, "left out", f"{document.dropped}, over the limit (max_entries) or unreadable")
    if document.entries and not dated:
        yield Step(
            None, "dates", "entries have none: publication time will be read from the pages, or be now"
        )


def _article(source: Source, entry: Entry, reader: Reader) -> Step:
    label = f"article “{(entry.title or entry.guid)[:60]}”"
    if not needs_page(entry, source.full_text):
        text, is_stub = best_text(entry, None)
        words = len(text.split())
        return Step(
            not is_stub,
            label,
            f"{words} words from the {source.type}{' (only a summary)' if is_stub else ''}",
        )
    result = reader.read_page(PageTask(source, entry))
    problem = explain(result.outcome)
    if problem is not None or result.page is None:
        detail = problem.detail if problem else "the page could not be read"
        return Step(False, label, detail, problem.advice if problem else "")
    page = result.page
    text, is_stub = best_text(entry, page)
    state = f" ({page.mark.replace('_', ' ')})" if is_stub else ""
    by = f" by {', '.join(page.authors)}" if page.authors else ""
    return Step(not is_stub, label, f"{len(text.split())} words{by} from its page{state}")


def wishes(result: PollResult, now: datetime) -> str:
    """The server's wishes on polling in words, or the empty string."""
    found = []
    if isinstance(result.outcome, Fetched) and (age := max_age(result.outcome.headers, now)):
        found.append(f"fresh for {_duration(age)}")
    if result.document and result.document.ttl_seconds:
        found.append(f"ttl {_duration(timedelta(seconds=result.document.ttl_seconds))}")
    if result.document and result.document.skip_hours:
        found.append(f"not at {', '.join(f'{hour:02}' for hour in sorted(result.document.skip_hours))} h UTC")
    if result.document and result.document.skip_days:
        found.append(f"not on {', '.join(day_name[day] for day in sorted(result.document.skip_days))}")
    return ", ".join(found)


def _duration(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {unit}{'s' if count != 1 else ''}"
    return f"{seconds} s"
