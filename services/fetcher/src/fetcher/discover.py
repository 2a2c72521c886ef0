"""Find the feeds of a site: what its pages name, what its robots.txt names, and the usual places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from protego import Protego

from fetcher.documents import FeedDocument, PageDocument
from fetcher.entry_fields import link_of
from fetcher.outcomes import Fetched, Outcome
from fetcher.reading import PollTask, Reader
from fetcher.source_models import Source

USUAL_PLACES = (
    "/feed",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
    "/feeds/all.rss",
)
USUAL_SITEMAPS = ("/sitemap_news.xml", "/news-sitemap.xml", "/sitemap.xml")
MAX_CANDIDATES = 25
MAX_ROBOTS_BYTES = 500_000


@dataclass(frozen=True)
class Found:
    """A source that answers."""

    url: str
    type: str
    document: FeedDocument


@dataclass(frozen=True)
class Tried:
    """A place that was looked at in vain."""

    url: str
    outcome: Outcome


def discover(site: str, reader: Reader) -> Iterator[Found | Tried]:
    """Sources of `site`, best first, each tried for real. Guesses are only made where nothing is named."""
    front = reader.fetch(site)
    if not isinstance(front, Fetched):
        yield Tried(site, front)
        return
    itself = _try(site, "feed", reader) if not is_page(front.body) else None
    if isinstance(itself, Found):
        yield itself
        return
    named = _named_on_page(front, reader)
    found_feed = False
    for url in named or [urljoin(front.url, place) for place in USUAL_PLACES]:
        tried = _try(url, "feed", reader)
        found_feed = found_feed or isinstance(tried, Found)
        if named or isinstance(tried, Found):
            yield tried
        if found_feed and not named:
            break
    yield from _sitemaps(front.url, reader)


def _named_on_page(front: Fetched, reader: Reader) -> list[str]:
    head = {"job": "page", "url": front.url, "content_type": front.headers.get("content-type")}
    page = reader.parse(PageDocument, head, front.body)
    named = list(page.feeds) if isinstance(page, PageDocument) else []
    return named[:MAX_CANDIDATES]


def _sitemaps(url: str, reader: Reader) -> Iterator[Found | Tried]:
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    robots = reader.fetch(f"{origin}/robots.txt")
    named: list[str] = []
    if isinstance(robots, Fetched):
        text = robots.body[:MAX_ROBOTS_BYTES].decode("utf-8", "replace")
        links = (link_of(name, origin) for name in Protego.parse(text).sitemaps)
        named = [link for link in links if link]
    # News sitemaps hold the last two days, the others the whole archive.
    named.sort(key=lambda name: "news" not in name.lower())
    for place in (named or [origin + path for path in USUAL_SITEMAPS])[:5]:
        tried = _try(place, "sitemap", reader)
        if isinstance(tried, Found) or named:
            yield tried
        if isinstance(tried, Found):
            return


def is_page(body: bytes) -> bool:
    """Whether an answer is a web page rather than a feed."""
    head = body[:1000].lstrip().lower()
    return head.startswith((b"<!doctype html", b"<html")) or b"<body" in head or b"<head" in head


def _try(url: str, kind: str, reader: Reader) -> Found | Tried:
    source = Source.model_validate({"id": "tried", "type": kind, "url": url, "max_entries": 50})
    result = reader.poll(PollTask(source, url))
    if result.document is not None:
        return Found(url, kind, result.document)
    return Tried(url, result.outcome)
