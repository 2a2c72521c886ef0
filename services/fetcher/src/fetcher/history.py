"""Where history comes from: folders, JSONL, WARC files, and the archives that feeds point to (RFC 5005)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from stancewatch_shared.errors import UserError
from warcio.archiveiterator import ArchiveIterator

from fetcher.articles import Reading
from fetcher.documents import Entry, FeedDocument, PageDocument
from fetcher.entries import needs_page
from fetcher.folder import SUFFIXES, Problem, read_file
from fetcher.headers import media_type
from fetcher.identity import BadUrl, absolute_url
from fetcher.marks import Mark
from fetcher.outcomes import Failed, Refused, Throttled
from fetcher.parse_pool import Parse
from fetcher.reading import PageTask, PollTask, Reader
from fetcher.source_models import Source

MAX_RECORD_BYTES = 5_000_000
MAX_ARCHIVE_PAGES = 1_000
CHUNK_BYTES = 64 * 1024
NO_ARCHIVE = "this is no web archive: no record could be read"
DAMAGED = "the archive is damaged or cut off: from this record on nothing was read"
Item = Reading | Problem


def inputs_of(targets: tuple[str, ...]) -> list[str]:
    """Files and addresses that the arguments stand for; UserError where one stands for nothing."""
    found: list[str] = []
    for target in targets:
        if is_address(target):
            found.append(_checked_address(target))
            continue
        path = Path(target)
        if path.is_dir():
            files = sorted(str(p.resolve()) for p in path.rglob("*") if p.is_file() and is_readable(p))
            if not files:
                raise UserError(f"the folder holds no {', '.join(SUFFIXES)} or .warc file", path)
            found.extend(files)
        elif path.is_file():
            if not is_readable(path):
                raise UserError(
                    f"not a kind of file that is read: {', '.join(SUFFIXES)}, .warc, .warc.gz", path
                )
            found.append(str(path.resolve()))
        else:
            raise UserError("there is no such file or folder", path)
    return list(dict.fromkeys(found))


def _checked_address(target: str) -> str:
    try:
        return absolute_url(target, target)
    except BadUrl as error:
        raise UserError(f"{target!r}: {error}") from None


def is_address(name: str) -> bool:
    """Whether an input is a feed's address rather than a file."""
    return name.startswith(("http://", "https://"))


def is_readable(path: Path) -> bool:
    """Whether the file's name says that it holds articles."""
    return path.suffix.lower() in SUFFIXES or is_warc(path)


def is_warc(path: Path) -> bool:
    """Whether the file is a web archive."""
    return path.name.lower().endswith((".warc", ".warc.gz"))


def items_of(name: str, reader: Reader, is_known: Callable[[Entry], bool]) -> Iterator[Item | None]:
    """Everything in one input, files always in the same order; None for what is no article (images, redirects).

    Of a feed, entries that are known are passed over without asking for their pages.
    """
    if is_address(name):
        yield from _feed_archive(name, reader, is_known)
    elif is_warc(Path(name)):
        yield from read_warc(Path(name), reader.parse)
    else:
        for found in read_file(Path(name), reader.parse):
            yield Reading(found, None) if isinstance(found, Entry) else found


def read_warc(path: Path, parse: Parse) -> Iterator[Item | None]:
    """Articles among the HTML responses of a WARC file."""
    number = 0
    with path.open("rb") as file:
        records = iter(ArchiveIterator(file))
        while True:
            try:
                record = next(records, None)
                body = None if record is None else _body(record)
            except Exception:
                # In a damaged archive warcio raises whatever it stumbles over.
                yield Problem(path, number + 1, DAMAGED if number else NO_ARCHIVE)
                return
            if record is None:
                break
            number += 1
            yield None if body is None else _from_record(record, body, path, number, parse)
    if not number:
        yield Problem(path, 1, NO_ARCHIVE)


def _body(record: Any) -> bytes | None:
    """The web page in a record, or the beginning of one that is too large; None if it is none."""
    headers = record.http_headers
    if record.rec_type != "response" or headers is None or headers.get_statuscode() != "200":
        return None
    if media_type(headers.get_header("Content-Type")) not in ("text/html", "application/xhtml+xml"):
        return None
    body: bytes = record.content_stream().read(MAX_RECORD_BYTES + 1)
    if len(body) <= MAX_RECORD_BYTES:
        while record.raw_stream.read(CHUNK_BYTES):
            pass
        if record.raw_stream.limit > 0:
            raise EOFError("the record is shorter than it says")
    return body


def _from_record(record: Any, body: bytes, path: Path, number: int, parse: Parse) -> Item | None:
    content_type = record.http_headers.get_header("Content-Type")
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    if len(body) > MAX_RECORD_BYTES:
        return Problem(
            path, number, f"record of {url[:200]} is larger than {MAX_RECORD_BYTES // 1_000_000} MB"
        )
    page = parse(PageDocument, {"job": "page", "url": url, "content_type": content_type}, body)
    if isinstance(page, Refused):
        return Problem(path, number, f"{url[:200]}: {page.detail}")
    if not Mark(page.mark).is_article or not page.published:
        # Front pages and topic pages have no date of publication; guessing one would falsify history.
        return None
    return Reading(Entry(guid=url[:4096], link=url[:4096]), page)


def _feed_archive(url: str, reader: Reader, is_known: Callable[[Entry], bool]) -> Iterator[Item | None]:
    source = Source.model_validate({"id": "backfill", "url": url, "max_entries": 5000})
    seen: set[str] = set()
    following: str | None = url
    while following and following not in seen and len(seen) < MAX_ARCHIVE_PAGES:
        seen.add(following)
        result = reader.poll(PollTask(source, following))
        if result.document is None:
            detail = getattr(result.outcome, "detail", "it does not answer with a feed")
            yield Problem(following, 1, detail)
            return
        for entry in result.document.entries:
            if not is_known(entry):
                yield _from_feed(source, entry, result.document, reader)
        following = next(iter(result.document.more), None)


def _from_feed(source: Source, entry: Entry, feed: FeedDocument, reader: Reader) -> Item | None:
    page = None
    if needs_page(entry, "auto"):
        read = reader.read_page(PageTask(source, entry))
        if isinstance(read.outcome, Failed | Throttled):
            # A passing fault leaves no stub: the same command reads it the next time.
            reason = read.outcome.detail if isinstance(read.outcome, Failed) else "the server asks to wait"
            return Problem(entry.link or entry.guid, 1, reason)
        page = read.page
    if not (entry.published or entry.updated or (page and page.published)):
        return None
    return Reading(entry, page, feed.title, feed.language)
