"""Bytes of a feed to entries: RSS, Atom and RDF by feedparser, JSON Feed by json_feed.py."""

from __future__ import annotations

import calendar
import io
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import feedparser

from fetcher.documents import Entry, FeedDocument
from fetcher.entry_fields import authors_of, collect, language_tag, link_of, tried
from fetcher.json_feed import parse_json_feed
from fetcher.refusals import NotAFeed, what_it_is
from fetcher.text import html_to_text, one_line
from fetcher.xml_traps import refuse_traps

HEAD_BYTES = 100_000
ENTRY_END = re.compile(rb"</(?:item|entry)>", re.IGNORECASE)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def parse_feed(body: bytes, url: str, content_type: str | None, max_entries: int) -> FeedDocument:
    """Read a feed that lay at `url`. At most `max_entries` entries are taken, in the feed's order."""
    if not body.strip():
        raise NotAFeed(what_it_is(body))
    if body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return parse_json_feed(body, url, max_entries)
    refuse_traps(body)
    body, cut = _within(body, max_entries)
    headers = {"content-type": _believable_type(body, content_type), "content-location": url}
    parsed = feedparser.parse(
        io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not parsed.version and not parsed.entries:
        raise NotAFeed(what_it_is(body))
    feed = parsed.feed
    entries, dropped = collect((tried(_from_feedparser, e, url, body) for e in parsed.entries), max_entries)
    ttl = feed.get("ttl", "")
    head = body[:HEAD_BYTES]
    return FeedDocument(
        title=one_line(feed.get("title", ""))[:500],
        language=language_tag(feed.get("language")),
        ttl_seconds=int(ttl) * 60 if re.fullmatch(r"[0-9]{1,5}", str(ttl).strip()) else None,
        skip_hours=_skip_hours(head),
        skip_days=_skip_days(head),
        entries=entries,
        more=_archives(feed.get("links", []), url),
        kind=parsed.version or "feed",
        dropped=dropped + cut,
    )


def _within(body: bytes, max_entries: int) -> tuple[bytes, int]:
    """Cut a feed behind its last wanted entry, and close it: each entry costs a millisecond to parse."""
    ends = [match.end() for match in ENTRY_END.finditer(body)]
    if len(ends) <= max_entries:
        return body, 0
    closing = b"</feed>" if body[: ends[0]].lower().endswith(b"entry>") else b"</channel></rss>"
    if b"rdf:RDF" in body[:2000]:
        closing = b"</rdf:RDF>"
    return body[: ends[max_entries - 1]] + closing, len(ends) - max_entries


def _from_feedparser(item: Any, url: str, body: bytes) -> Entry | None:
    link = link_of(item.get("link"), url)
    if item.get("guidislink") and not item.get("links") and link and link.encode() not in body:
        # A guid is a link by default, even one like "4711": only a full address is believed.
        link = None
    title = one_line(item.get("title", ""))[:2000]
    guid = (item.get("id") or link or title)[:4096]
    if not guid:
        return None
    summary = item.get("summary", "")
    content = max((c.get("value", "") for c in item.get("content", [])), key=len, default="")
    return Entry(
        guid=guid,
        link=link,
        title=title,
        summary=html_to_text(summary)[:20_000],
        text=html_to_text(content)[:1_000_000],
        authors=authors_of(a.get("name", "") for a in item.get("authors", [])),
        published=_moment(item.get("published_parsed")),
        # Past feedparser's own get(), which passes published off as updated.
        updated=_moment(dict.get(item, "updated_parsed")),
        language=language_tag(item.get("language") or item.get("title_detail", {}).get("language")),
    )


def _archives(links: Iterable[Any], url: str) -> tuple[str, ...]:
    found = (link_of(link.get("href"), url) for link in links if link.get("rel") == "prev-archive")
    return tuple(link for link in found if link)[:1]


def _moment(parsed: Any) -> datetime | None:
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _believable_type(body: bytes, content_type: str | None) -> str:
    """The media type with charset=utf-8 where the bytes prove it; labels lie, bytes do not."""
    plain = (content_type or "application/xml").partition(";")[0].strip() or "application/xml"
    # Type text/* without charset means ASCII to feedparser's reading of the RFC; feeds never mean that.
    plain = "application/xml" if plain.startswith("text/") else plain
    if not body.isascii():
        try:
            body.decode("utf-8")
        except UnicodeDecodeError:
            return content_type or plain
        return f"{plain}; charset=utf-8"
    return plain


def _skip_hours(head: bytes) -> tuple[int, ...]:
    section = re.search(rb"<skipHours>(.{0,2000}?)</skipHours>", head, re.DOTALL)
    hours = re.findall(rb"<hour>\s*([0-9]{1,2})\s*</hour>", section.group(1)) if section else []
    # Userland's first version of the element counted to 24.
    return tuple(sorted({int(hour) % 24 for hour in hours if int(hour) <= 24}))


def _skip_days(head: bytes) -> tuple[int, ...]:
    section = re.search(rb"<skipDays>(.{0,1000}?)</skipDays>", head, re.DOTALL)
    names = re.findall(rb"<day>\s*([A-Za-z]+)\s*</day>", section.group(1)) if section else []
    return tuple(sorted({WEEKDAYS.index(n) for name in names if (n := name.decode().lower()) in WEEKDAYS}))
