"""Articles as JSON: one line of an import, or one element of an array, to an entry."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fetcher.dates import read_date
from fetcher.documents import Entry
from fetcher.entry_fields import language_tag


class BadArticle(ValueError):  # noqa: N818 - the refusal's name
    """A line or file that holds no article; the message says why."""


class ImportedArticle(BaseModel):
    """One line of an import. More keys than these are ignored: archives carry their own."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: str | None = Field(None, min_length=1, max_length=512)
    source: str = Field("", max_length=500)
    url: str = Field("", max_length=4096)
    published_at: str
    updated_at: str | None = None
    title: str = Field("", max_length=2000)
    text: str = Field(max_length=1_000_000)
    authors: list[str] = []
    language: str | None = None


def entry_from_json(data: bytes) -> Entry:
    """One article from its JSON. Raises BadArticle."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadArticle(f"not JSON: {str(error)[:120]}") from None
    return entry_from(found)


def entry_from(found: Any) -> Entry:
    """One article from a decoded object. Raises BadArticle that names the key to change."""
    if not isinstance(found, dict):
        raise BadArticle("an article is an object with published_at, title and text")
    try:
        article = ImportedArticle.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadArticle(f"{'.'.join(str(p) for p in first['loc'])}: {first['msg']}") from None
    published = read_date(article.published_at)
    if published is None:
        raise BadArticle(
            f"published_at: {article.published_at[:40]!r} is no date; write 2026-03-01T12:00:00Z"
        )
    if not article.text.strip():
        raise BadArticle("text: there is none")
    if not (article.id or article.url):
        raise BadArticle("id: an article needs an id or a url, else it cannot be told from others")
    return Entry(
        guid=article.id or article.url,
        article_id=article.id,
        source_name=article.source,
        link=article.url or None,
        title=article.title,
        text=article.text,
        authors=tuple(article.authors[:50]),
        published=published,
        updated=read_date(article.updated_at),
        language=language_tag(article.language),
    )
