"""Articles from where people have them: JSON Lines, a text file, standard input, a web address."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import cast

from pydantic import ValidationError
from stancewatch_schemas.models import Article
from stancewatch_shared.errors import UserError

_FIELDS = frozenset(Article.model_fields)


def read_articles(path: Path) -> Iterator[Article]:
    """Articles of a JSON Lines file; an id that comes again with another text is its next revision.

    Raises UserError with file, line and reason.
    """
    seen: dict[str, Article] = {}
    for number, line in enumerate(_text_of(str(path)).split("\n"), 1):
        if line.strip():
            article = parse_article(line, path, number)
            earlier = seen.get(article.id)
            if earlier is not None and earlier.text != article.text and article.revision <= earlier.revision:
                article = article.model_copy(update={"revision": earlier.revision + 1})
            seen[article.id] = article
            yield article
    if not seen:
        raise UserError("holds no article", file=str(path))


def parse_article(line: str, path: Path, number: int) -> Article:
    """One article from a line of JSON; keys that are none of an article's are ignored."""
    try:
        data = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise UserError(f"is not JSON: {error}", file=str(path), line=number) from error
    if not isinstance(data, dict):
        raise UserError("an article is a JSON object", file=str(path), line=number)
    try:
        return Article.model_validate({key: value for key, value in data.items() if key in _FIELDS})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UserError(f"{place}: {first['msg']}", file=str(path), line=number) from error


def read_one(where: str, published_at: datetime | None, allow_internal: tuple[str, ...] = ()) -> Article:
    """The article in a file, at a web address or on standard input ("-"); JSON, or plain text with the headline on the first line."""
    if where.startswith(("http://", "https://")):
        return _from_web(where, allow_internal)
    text = _text_of(where)
    if not text.strip():
        raise UserError("holds no text", file=where)
    if text.lstrip().startswith("{"):
        return parse_article(text, Path(where), 1)
    title, _, body = text.strip().partition("\n")
    if len(title) > 200 or not body.strip():
        title, body = "", text
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    moment = published_at or datetime.now(UTC)
    return Article(
        id=digest,
        source="standard input" if where == "-" else where,
        url="",
        published_at=moment,
        title=title.strip(),
        text=body.strip(),
    )


def _from_web(url: str, allow_internal: tuple[str, ...]) -> Article:
    """By the fetcher, where it is installed: it brings the guards against hostile addresses and pages."""
    entries = entry_points(group="stancewatch.article_readers", name="web")
    if not entries:
        raise UserError("reading from the web needs the package stancewatch-fetcher", file=url)
    return cast(Article, next(iter(entries)).load()(url, allow_internal))


def _text_of(where: str) -> str:
    try:
        content = sys.stdin.buffer.read() if where == "-" else Path(where).read_bytes()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"is not UTF-8 text ({error.reason} at byte {error.start})", file=where) from error
    except OSError as error:
        raise UserError(f"can't be read: {error.strerror}", file=where) from error
