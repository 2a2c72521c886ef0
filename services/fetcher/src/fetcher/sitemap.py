"""Sitemaps: url sets, news sitemaps, indexes, plain or gz (sitemaps.org 0.9; Google's news extension)."""

from __future__ import annotations

import io
from typing import Any

from lxml import etree

from fetcher.body import BodyRefused, gunzip
from fetcher.dates import read_date
from fetcher.documents import SITEMAP_INDEX, Entry, FeedDocument
from fetcher.entry_fields import language_tag
from fetcher.identity import BadUrl, absolute_url
from fetcher.refusals import NotAFeed
from fetcher.text import squeeze

MAX_UNPACKED_BYTES = 50_000_000
MAX_INDEX = 50
FIELDS = frozenset({"loc", "lastmod", "title", "publication_date", "language", "name"})


def parse_sitemap(body: bytes, url: str, max_entries: int) -> FeedDocument:
    """Read a sitemap at `url`: its newest `max_entries` pages, or the newest sitemaps that its index names."""
    if body[:2] == b"\x1f\x8b":
        try:
            body = gunzip(body, MAX_UNPACKED_BYTES)
        except BodyRefused as refused:
            raise NotAFeed(f"this .gz cannot be read: {refused.detail}") from None
    items, root = _items(body)
    if root == "sitemapindex":
        # News sitemaps hold the last two days, the others the archive.
        newest = sorted(
            items,
            key=lambda item: ("news" in item.get("loc", "").lower(), item.get("lastmod", "")),
            reverse=True,
        )
        links = (_address(item, url) for item in newest)
        return FeedDocument(more=tuple(link for link in links if link)[:MAX_INDEX], kind=SITEMAP_INDEX)
    if root != "urlset":
        raise NotAFeed(f"this is no sitemap: its first element is <{root[:40]}>, not <urlset>")
    found = [entry for item in items if (entry := _entry(item, url)) is not None]
    # Sitemaps have no order of their own; undated pages come last.
    found.sort(key=_stamp, reverse=True)
    # The publication's name, which news sitemaps repeat for each page.
    title = next((name for item in items if (name := item.get("name"))), "")
    return FeedDocument(
        title=squeeze(title)[:500],
        entries=tuple(found[:max_entries]),
        kind="sitemap",
        dropped=max(len(found) - max_entries, 0),
    )


def _stamp(entry: Entry) -> float:
    moment = entry.published or entry.updated
    return moment.timestamp() if moment else 0.0


def _items(body: bytes) -> tuple[list[dict[str, str]], str]:
    """Fields of each <url> or <sitemap>, and the root's name. One pass, nothing kept: files may be 50 MB."""
    items: list[dict[str, str]] = []
    root = ""
    parsing = etree.iterparse(
        io.BytesIO(body), events=("start", "end"), resolve_entities=False, no_network=True, huge_tree=False
    )
    try:
        for event, element in parsing:
            name = _local(element)
            if event == "start":
                root = root or name
            elif name in ("url", "sitemap"):
                items.append(_fields(element))
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        # Half a sitemap still names pages; nothing at all is an error.
        if not items:
            raise NotAFeed(f"this is no XML: {str(error)[:150]}") from None
    return items, root


def _fields(element: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for child in element.iter():
        name = _local(child)
        # Image and video extensions have a loc and a title of their own: the first one is the page's.
        if name in FIELDS and child.text and "image" not in _space(child) and "video" not in _space(child):
            found.setdefault(name, child.text.strip())
    return found


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _space(element: Any) -> str:
    return element.tag.rpartition("}")[0] if isinstance(element.tag, str) else ""


def _address(item: dict[str, str], base: str) -> str | None:
    try:
        return absolute_url(base, item["loc"])
    except (BadUrl, KeyError):
        return None


def _entry(item: dict[str, str], base: str) -> Entry | None:
    link = _address(item, base)
    if link is None:
        return None
    return Entry(
        guid=link,
        link=link,
        title=squeeze(item.get("title", ""))[:2000],
        published=read_date(item.get("publication_date")),
        updated=read_date(item.get("lastmod")),
        language=language_tag(item.get("language")),
    )
