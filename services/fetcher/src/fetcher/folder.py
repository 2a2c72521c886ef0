"""Articles from files: JSONL or JSON (one article a line or file), HTML pages, plain text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from stancewatch_shared.logs import get_logger

from fetcher.documents import Entry, FeedDocument, PageDocument
from fetcher.import_lines import BadArticle, entry_from, entry_from_json
from fetcher.outcomes import Fetched, NotModified, Outcome, Refused
from fetcher.parse_pool import Parse
from fetcher.source_models import Source

MAX_LINE_BYTES = 5_000_000
MAX_PAGE_BYTES = 5_000_000
# One JSON document is read at once, unlike lines.
MAX_JSON_BYTES = 50_000_000
SUFFIXES = (".jsonl", ".ndjson", ".json", ".html", ".htm", ".txt")
Stamps = dict[Path, tuple[int, int]]


@dataclass(frozen=True)
class Problem:
    """A line that was refused; of a feed that is read as history, `file` is its address."""

    file: Path | str
    line: int
    reason: str

    def __str__(self) -> str:
        place = self.file if isinstance(self.file, str) else f"{self.file}:{self.line}"
        return f"{place}: {self.reason}"


@dataclass
class FolderReader:
    """Reads what is new or changed in folders. What it remembers only saves work, and may be lost."""

    _last: dict[str, tuple[str, Stamps]] = field(default_factory=dict)

    def read(self, source: Source, etag: str | None, parse: Parse) -> tuple[Outcome, FeedDocument | None]:
        """Entries of the files of the source's folder that are not those of `etag`, its state at an earlier look.

        As with a server's ETag, the caller gives back the one of the last look whose articles were all delivered.
        """
        stamps = _stamps(source.path or Path())
        digest = _digest(stamps)
        if digest == etag:
            return NotModified(), None
        last_digest, known = self._last.get(source.id, (None, {}))
        if last_digest != etag:
            known = {}
        entries: list[Entry] = []
        dropped = 0
        for path in (path for path, stamp in stamps.items() if known.get(path) != stamp):
            for item in read_file(path, parse):
                if isinstance(item, Problem):
                    dropped += 1
                    _tell(source, item)
                else:
                    entries.append(item)
        self._last[source.id] = (digest, stamps)
        document = FeedDocument(entries=tuple(entries), kind="folder", dropped=dropped)
        return Fetched("", 200, {"etag": digest}, b""), document


def _stamps(folder: Path) -> Stamps:
    """Time and size of each file that may hold articles, in order."""
    found: Stamps = {}
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES):
        try:
            stat = path.stat()
        except OSError:
            continue
        if path.is_file():
            found[path] = (stat.st_mtime_ns, stat.st_size)
    return found


def _digest(stamps: Stamps) -> str:
    lines = (f"{path}\x00{time}\x00{size}" for path, (time, size) in stamps.items())
    return sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _tell(source: Source, problem: Problem) -> None:
    get_logger().warning(
        "line_refused",
        source=source.id,
        file=str(problem.file),
        line=problem.line,
        reason=problem.reason,
    )


def read_file(path: Path, parse: Parse) -> Iterator[Entry | Problem]:
    """All articles of one file, by its suffix; what cannot be read is a Problem with its line."""
    suffix = path.suffix.lower()
    try:
        if suffix in (".jsonl", ".ndjson"):
            yield from read_lines(path)
        elif suffix == ".json":
            yield from _read_json(path)
        else:
            yield _page(path, parse) if suffix in (".html", ".htm") else _plain(path)
    except OSError as error:
        yield Problem(path, 1, f"cannot be read: {error.strerror}")
    except BadArticle as error:
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


def _read_json(path: Path) -> Iterator[Entry | Problem]:
    data = _bytes_of(path, MAX_JSON_BYTES, "; write it as JSONL, one article a line")
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


def _bytes_of(path: Path, limit: int, advice: str = "") -> bytes:
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise BadArticle(f"larger than {limit // 1_000_000} MB{advice}")
    return data


def _page(path: Path, parse: Parse) -> Entry:
    head = {"job": "page", "url": "http://file.invalid/", "content_type": None}
    page = parse(PageDocument, head, _bytes_of(path, MAX_PAGE_BYTES))
    if isinstance(page, Refused):
        raise BadArticle(page.detail)
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
        text = _bytes_of(path, MAX_PAGE_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadArticle("not UTF-8 text") from None
    title, _, rest = text.strip().partition("\n")
    if not rest.strip():
        raise BadArticle("a text file is a headline, then the text")
    return Entry(guid=path.name, title=title.strip()[:2000], text=rest.strip(), published=_file_time(path))


def _file_time(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
