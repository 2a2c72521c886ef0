"""Where history comes from: folders, JSONL, WARC files, and the archives that feeds point to (RFC 5005)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stancewatch_shared.errors import UserError
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from fetcher.articles import Reading
from fetcher.documents import Entry, PageDocument
from fetcher.entries import needs_page
from fetcher.folder import SUFFIXES, Problem, read_file
from fetcher.headers import media_type
from fetcher.marks import Mark
from fetcher.outcomes import Refused
from fetcher.parse_pool import Parse
from fetcher.reading import PageTask, PollTask, Reader
from fetcher.source_models import Source

MAX_RECORD_BYTES = 5_000_000
MAX_ARCHIVE_PAGES = 1_000
Item = Reading | Problem


def inputs_of(targets: tuple[str, ...]) -> list[str]:
    """Files and addresses that the arguments stand for; UserError where one stands for nothing."""
    found: list[str] = []
    for target in targets:
        if is_address(target):
            found.append(target)
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


def is_address(name: str) -> bool:
    """Whether an input is a feed's address rather than a file."""
    return name.startswith(("http://", "https://"))


def is_readable(path: Path) -> bool:
    """Whether the file's name says that it holds articles."""
    return path.suffix.lower() in SUFFIXES or is_warc(path)


def is_warc(path: Path) -> bool:
    """Whether the file is a web archive."""
    return path.name.lower().endswith((".warc", ".warc.gz"))


def items_of(name: str, reader: Reader) -> Iterator[Item | None]:
    """Everything in one input, always in the same order; None for what is no article (images, redirects)."""
    if is_address(name):
        yield from _feed_archive(name, reader)
    elif is_warc(Path(name)):
        yield from read_warc(Path(name), reader.parse)
    else:
        for found in read_file(Path(name), reader.parse):
            yield Reading(found, None) if isinstance(found, Entry) else found


def read_warc(path: Path, parse: Parse) -> Iterator[Item | None]:
    """Articles among the HTML responses of a WARC file."""
    number = 0
    try:
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                number += 1
                yield _from_record(record, path, number, parse)
    except (ArchiveLoadFailed, OSError, EOFError, ValueError) as error:
        yield Problem(path, number + 1, f"the archive cannot be read further: {str(error)[:200]}")


def _from_record(record: Any, path: Path, number: int, parse: Parse) -> Item | None:
    headers = record.http_headers
    if record.rec_type != "response" or headers is None or headers.get_statuscode() != "200":
        return None
    content_type = headers.get_header("Content-Type")
    if media_type(content_type) not in ("text/html", "application/xhtml+xml"):
        return None
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    body = record.content_stream().read(MAX_RECORD_BYTES + 1)
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


def _feed_archive(url: str, reader: Reader) -> Iterator[Item | None]:
    source = Source.model_validate({"id": "backfill", "url": url, "max_entries": 5000})
    seen: set[str] = set()
    place = Path(url)
    following: str | None = url
    while following and following not in seen and len(seen) < MAX_ARCHIVE_PAGES:
        seen.add(following)
        result = reader.poll(PollTask(source, following))
        if result.document is None:
            detail = getattr(result.outcome, "detail", "it does not answer with a feed")
            yield Problem(place, len(seen), f"{following}: {detail}")
            return
        for entry in result.document.entries:
            page = None
            if needs_page(entry, "auto"):
                page = reader.read_page(PageTask(source, entry)).page
            yield Reading(entry, page, result.document.title, result.document.language)
        following = next(iter(result.document.more), None)
