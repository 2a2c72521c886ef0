"""Entry and page to the Article message, or to the named reason why there is nothing to send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from stancewatch_schemas.models import Article, ArticleState
from stancewatch_shared.near_duplicates import signature

from fetcher.dates import believable
from fetcher.documents import Entry, PageDocument
from fetcher.entries import entry_digest, entry_keys, feed_text, id_of, link_key
from fetcher.marks import Mark
from fetcher.revision import Change, compare, notes_in, unified_diff
from fetcher.source_models import Source


@dataclass(frozen=True)
class Reading:
    """What was read of an article, before it is compared with what is known."""

    entry: Entry
    page: PageDocument | None
    feed_title: str = ""
    feed_language: str | None = None
    # A page that is read again on our own account: its entry is made up from memory.
    is_recheck: bool = False


@dataclass(frozen=True)
class Result:
    """`article` is None when there is nothing new to send; `state` is always to be remembered."""

    article_id: str
    article: Article | None
    state: ArticleState
    change: Change | None


def build(source: Source, reading: Reading, known: tuple[str, ArticleState] | None, now: datetime) -> Result:
    """Make the next revision of an article. `known` is its id and state if it was read before."""
    entry, page = reading.entry, reading.page
    canonical = page.canonical if page else None
    identity = known[0] if known else id_of(entry, source.id, canonical)
    previous = known[1] if known else None
    text, is_stub = best_text(entry, page)
    title = (entry.title or (page.title if page else "") or text[:80]).strip()[:2000]
    change = None if previous is None else _change(previous, title, text, is_stub)
    is_made_up = previous is not None and reading.is_recheck
    keys = (
        [] if is_made_up else [*entry_keys(entry, source.id), *([link_key(canonical)] if canonical else [])]
    )
    state = ArticleState(
        source_id=previous.source_id if previous else source.id,
        url=(entry.link or "") if page else (previous.url if previous else ""),
        keys=list(dict.fromkeys([*keys, *(previous.keys if previous else [])]))[:50],
        entry_digest=previous.entry_digest if previous and is_made_up else entry_digest(entry),
        revision=previous.revision if previous else 1,
        title=title,
        text=text,
        is_stub=is_stub,
        published_at=previous.published_at if previous else _published(entry, page, now),
        first_seen_at=previous.first_seen_at if previous else now,
        checked_at=now,
        checks=previous.checks + 1 if previous else 0,
    )
    if previous is not None and change is not None and not change.is_revision:
        kept = {"title": previous.title, "text": previous.text, "is_stub": previous.is_stub}
        if change is Change.WORSE_READING:
            # The edit that the feed announced could not be read: it stays to be read.
            kept["entry_digest"] = previous.entry_digest
        return Result(identity, None, state.model_copy(update=kept), change)
    state = state.model_copy(update={"revision": previous.revision + 1 if previous else 1})
    return Result(identity, _article(identity, source, reading, previous, state, now), state, change)


def best_text(entry: Entry, page: PageDocument | None) -> tuple[str, bool]:
    """The fullest text at hand, and whether it is only a stub."""
    candidates = []
    if page is not None and page.text:
        mark = Mark(page.mark)
        if mark.is_article:
            candidates.append((page.text, mark is not Mark.FULL))
    whole = feed_text(entry)
    if whole:
        candidates.append((whole, False))
    # An import without a page of its own is whole, however short.
    elif entry.text and (entry.link is None or entry.article_id is not None):
        candidates.append((entry.text, False))
    candidates.extend((text, True) for text in (entry.text, entry.summary) if text)
    # A whole text before a stub, then the longer one.
    return max(candidates, key=lambda found: (not found[1], len(found[0])), default=("", True))


def _article(
    identity: str,
    source: Source,
    reading: Reading,
    previous: ArticleState | None,
    state: ArticleState,
    now: datetime,
) -> Article:
    entry, page = reading.entry, reading.page
    updated = believable(entry.updated, now) or believable(page.updated if page else None, now)
    diff = None
    if previous is not None:
        # An edit without a date of its own happened before we noticed it.
        updated = updated if updated and updated > previous.published_at else now
        diff = unified_diff(previous.title, previous.text, state.title, state.text)
    return Article(
        id=identity,
        revision=state.revision,
        source=outlet_name(source, reading),
        source_id=source.id,
        url=entry.link or "",
        published_at=state.published_at,
        updated_at=updated,
        first_seen_at=state.first_seen_at,
        title=state.title,
        text=state.text,
        authors=list(entry.authors or (page.authors if page else ())),
        language=entry.language
        or (page.language if page else None)
        or reading.feed_language
        or source.language,
        signature=signature(state.text),
        truncated=state.is_stub,
        notes=notes_in(state.text),
        change=diff,
    )


def outlet_name(source: Source, reading: Reading) -> str:
    """Name of the outlet: as configured, as imported, as the feed or page says, else its host."""
    page_site = reading.page.site if reading.page else ""
    host = urlsplit(source.url or reading.entry.link or "").hostname or ""
    name = source.name or reading.entry.source_name or reading.feed_title or page_site or host or source.id
    return name[:512]


def _change(previous: ArticleState, title: str, text: str, is_stub: bool) -> Change:
    return compare(previous.title, previous.text, previous.is_stub, title, text, is_stub)


def _published(entry: Entry, page: PageDocument | None, now: datetime) -> datetime:
    """Feed, page, then last edit, then now: the first believable one."""
    candidates = (entry.published, page.published if page else None, entry.updated)
    return next((moment for each in candidates if (moment := believable(each, now)) is not None), now)
