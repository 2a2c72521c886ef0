"""Articles from files: JSONL or JSON (one article a line or file), HTML pages, plain text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from stancewatch_shared.logs import get_logger

from fetcher.dates import read_date
from fetcher.documents import Entry, FeedDocument
from fetcher.entry_fields import language_tag
from fetcher.extract import extract
from fetcher.refusals import NotAnArticle
from fetcher.sources import Source

MAX_LINE_BYTES = 5_000_000
SUFFIXES = (".jsonl", ".ndjson", ".json", ".html", ".htm", ".txt")


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


@dataclass(frozen=True)
class Problem:
    """A line that was refused."""

    file: Path
    line: int
    reason: str


@dataclass
class FolderReader:
    """Reads what is new or changed in folders since the last look; state is only file times, and may be lost."""

    _seen: dict[tuple[str, Path], tuple[int, int]] = field(default_factory=dict)

    def read(self, source: Source) -> FeedDocument:
        """Entries of all files of the source's folder that changed since the last call."""
        entries: list[Entry] = []
        dropped = 0
        for path in sorted(p for p in (source.path or Path()).rglob("*") if p.suffix.lower() in SUFFIXES):
            try:
                stat = path.stat()
            except OSError:
                continue
            stamp = (stat.st_mtime_ns, stat.st_size)
            if self._seen.get((source.id, path)) == stamp:
                continue
            for item in read_file(path):
                if isinstance(item, Problem):
                    dropped += 1
                    get_logger().warning(
                        "line_refused",
                        source=source.id,
                        file=str(item.file),
                        line=item.line,
                        reason=item.reason,
                    )
                else:
                    entries.append(item)
            self._seen[(source.id, path)] = stamp
        return FeedDocument(entries=tuple(entries), kind="folder", dropped=dropped)


def read_file(path: Path) -> Iterator[Entry | Problem]:
    """All articles of one file, by its suffix; what cannot be read is a Problem with its line."""
    suffix = path.suffix.lower()
    try:
        if suffix in (".jsonl", ".ndjson"):
            yield from read_lines(path)
        elif suffix == ".json":
            yield from _read_json(path)
        else:
            yield _page(path) if suffix in (".html", ".htm") else _plain(path)
    except OSError as error:
        yield Problem(path, 1, f"cannot be read: {error.strerror}")
    except (BadArticle, NotAnArticle) as error:
        yield Problem(path, 1, str(error))


def read_lines(path: Path) -> Iterator[Entry | Problem]:
    """Articles of a JSONL file. A bad line does not end the reading."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            if len(line) > MAX_LINE_BYTES:
                yield Problem(path, number, f"the line is longer than {MAX_LINE_BYTES // 1_000_000} MB")
                while line and not line.endswith(b"\n"):
                    line = file.readline(MAX_LINE_BYTES)
                continue
            if not line.strip():
                continue
            try:
                yield entry_from_json(line)
            except BadArticle as error:
                yield Problem(path, number, str(error))


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


def _read_json(path: Path) -> Iterator[Entry | Problem]:
    data = path.read_bytes()
    if data.lstrip()[:1] != b"[":
        yield entry_from_json(data)
        return
    try:
        items = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadArticle(f"not JSON: {str(error)[:120]}") from None
    for number, item in enumerate(items, start=1):
        try:
            yield entry_from(item)
        except BadArticle as error:
            yield Problem(path, 1, f"article {number}: {error}")


def _page(path: Path) -> Entry:
    page = extract(path.read_bytes(), "http://file.invalid/", None)
    if not page.text:
        raise BadArticle("no article text can be found on the page")
    return Entry(
        guid=path.name,
        article_id=None,
        link=page.canonical,
        source_name=page.site,
        title=page.title,
        text=page.text,
        authors=page.authors,
        published=page.published or _file_time(path),
        updated=page.updated,
        language=page.language,
    )


def _plain(path: Path) -> Entry:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadArticle("not UTF-8 text") from None
    title, _, rest = text.strip().partition("\n")
    if not rest.strip():
        raise BadArticle("a text file is a headline, then the text")
    return Entry(guid=path.name, title=title.strip()[:2000], text=rest.strip(), published=_file_time(path))


def _file_time(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
