"""What parsing yields: plain data that crosses from the parser's process as JSON and is checked on arrival."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

SITEMAP_INDEX = "sitemap-index"


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Entry(_Document):
    """One item of a feed, sitemap, link page or file. `text` is empty where the feed has only a link."""

    guid: str = Field(max_length=4096)
    link: str | None = Field(None, max_length=4096)
    title: str = Field("", max_length=2000)
    summary: str = Field("", max_length=20_000)
    text: str = Field("", max_length=1_000_000)
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = Field(None, max_length=16)
    # Imports may bring an id and an outlet's name of their own.
    article_id: str | None = Field(None, max_length=512)
    source_name: str = Field("", max_length=500)


class FeedDocument(_Document):
    """A feed (or sitemap, or page of links) as a list of entries, newest or first come first, and its wishes."""

    title: str = Field("", max_length=500)
    language: str | None = Field(None, max_length=16)
    ttl_seconds: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    entries: tuple[Entry, ...] = ()
    # Sitemaps that a sitemap index names; archive pages that a feed names (RFC 5005).
    more: tuple[str, ...] = ()
    kind: str = "feed"
    dropped: int = 0


class PageDocument(_Document):
    """An article's page."""

    title: str = Field("", max_length=2000)
    text: str = Field("", max_length=1_000_000)
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = Field(None, max_length=16)
    canonical: str | None = Field(None, max_length=4096)
    site: str = Field("", max_length=500)
    # A word of fetcher.marks.Mark.
    mark: str = "full"
    feeds: tuple[str, ...] = ()
