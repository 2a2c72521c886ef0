"""OPML, the format in which feed readers exchange lists of feeds (opml.org 2.0)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree
from pydantic import ValidationError
from stancewatch_shared.errors import UserError

from fetcher.source_models import Source

MAX_BYTES = 10_000_000


def read_opml(path: Path, taken: Iterable[str] = ()) -> Iterator[Source | str]:
    """Sources of an OPML file, with ids made from their titles; a string says why an outline was left out."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"cannot be read ({error.strerror})", path) from None
    if len(data) > MAX_BYTES:
        raise UserError(f"larger than {MAX_BYTES // 1_000_000} MB", path)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UserError(f"not OPML: {error.msg}", path, error.lineno) from None
    if root.tag != "opml":
        raise UserError(f"not OPML: its first element is <{root.tag}>, not <opml>", path, 1)
    ids, urls = set(taken), set()
    for outline in root.iter("outline"):
        url = outline.get("xmlUrl")
        if url in urls:
            yield f"{_title(outline) or url}: its address stands above already"
        elif url:
            urls.add(url)
            yield _source(outline, url, ids)


def write_opml(sources: Iterable[Source], title: str) -> str:
    """An OPML document of all sources of type feed."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    for source in sources:
        if source.type == "feed" and source.url:
            name = source.name or source.id
            etree.SubElement(body, "outline", type="rss", text=name, title=name, xmlUrl=source.url)
    return etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8").decode()


def id_from(title: str, url: str, taken: set[str]) -> str:
    """A source id that no other source has."""
    base = _plain(title) or _plain(url.rsplit("://", maxsplit=1)[-1]) or "feed"
    chosen, number = base, 1
    while chosen in taken:
        number += 1
        chosen = f"{base}-{number}"
    taken.add(chosen)
    return chosen


def _plain(name: str) -> str:
    # Letters without their marks: é is e.
    letters = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:60]


def _title(outline: Any) -> str:
    return (outline.get("title") or outline.get("text") or "").strip()


def _source(outline: Any, url: str, ids: set[str]) -> Source | str:
    title = _title(outline)
    try:
        return Source.model_validate({"id": id_from(title, url, ids), "name": title[:200], "url": url})
    except ValidationError as error:
        reason = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        return f"{title or url}: {reason}"
