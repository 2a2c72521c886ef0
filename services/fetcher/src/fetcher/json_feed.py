"""JSON Feed 1.0 and 1.1 (jsonfeed.org) to entries."""

from __future__ import annotations

import json
from typing import Any

from fetcher.dates import read_date
from fetcher.documents import Entry, FeedDocument
from fetcher.entry_fields import authors_of, collect, language_tag, link_of, string_of, tried
from fetcher.refusals import NotAFeed, what_it_is
from fetcher.text import decode, html_to_text, one_line


def parse_json_feed(body: bytes, url: str, max_entries: int) -> FeedDocument:
    """Read a JSON Feed that lay at `url`, in the feed's order."""
    try:
        feed = json.loads(decode(body, None))
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"this starts like JSON but is not: {str(error)[:120]}") from None
    if not str(feed.get("version", "")).startswith("https://jsonfeed.org/version/"):
        raise NotAFeed(what_it_is(body))
    items = feed.get("items")
    found = (
        (tried(_from_json, i, url) for i in items if isinstance(i, dict)) if isinstance(items, list) else ()
    )
    entries, dropped = collect(found, max_entries)
    return FeedDocument(
        title=one_line(string_of(feed.get("title")))[:500],
        language=language_tag(feed.get("language")),
        entries=entries,
        kind="json",
        dropped=dropped,
    )


def _from_json(item: dict[str, Any], url: str) -> Entry | None:
    link = link_of(item.get("url") or item.get("external_url"), url)
    guid = (string_of(item.get("id")) or link or "")[:4096]
    if not guid:
        return None
    content = string_of(item.get("content_html"))
    authors = item.get("authors") or [item.get("author")]
    names = (
        [string_of(a.get("name")) for a in authors if isinstance(a, dict)]
        if isinstance(authors, list)
        else []
    )
    return Entry(
        guid=guid,
        link=link,
        title=one_line(string_of(item.get("title")))[:2000],
        summary=html_to_text(string_of(item.get("summary")))[:20_000],
        text=(html_to_text(content) or string_of(item.get("content_text")))[:1_000_000],
        authors=authors_of(names),
        published=read_date(item.get("date_published")),
        updated=read_date(item.get("date_modified")),
        language=language_tag(item.get("language")),
    )
