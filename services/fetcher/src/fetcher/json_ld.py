"""What a page says about itself in JSON-LD (schema.org): facts that need no guessing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fetcher.dates import read_date
from fetcher.text import one_line, well_formed

MAX_SCRIPT_CHARS = 1_000_000
MAX_SCRIPTS = 20
MAX_NODES = 500


@dataclass(frozen=True)
class Facts:
    """Facts of the page's main article; empty or None where unsaid."""

    headline: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None
    is_paid: bool = False
    publisher: str = ""
    body: str = ""


def facts_of(root: Any) -> Facts:
    """Facts of the first article described in `root`'s JSON-LD scripts."""
    for script in root.xpath("//script[@type='application/ld+json']")[:MAX_SCRIPTS]:
        text = (script.text or "")[:MAX_SCRIPT_CHARS]
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _nodes(data):
            if _is_article(node):
                return _facts(node)
    return Facts()


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    waiting, seen = [data], 0
    while waiting and seen < MAX_NODES:
        node = waiting.pop(0)
        seen += 1
        if isinstance(node, list):
            waiting.extend(node[:MAX_NODES])
        elif isinstance(node, dict):
            yield node
            waiting.extend(node[key] for key in ("@graph", "mainEntity") if key in node)


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(str(name).endswith(("Article", "BlogPosting", "Report")) for name in names)


def _facts(node: dict[str, Any]) -> Facts:
    return Facts(
        headline=_text(node.get("headline")),
        authors=_names(node.get("author")),
        published=read_date(node.get("datePublished")),
        updated=read_date(node.get("dateModified")),
        language=_text(node.get("inLanguage")) or None,
        is_paid=str(node.get("isAccessibleForFree")).strip().lower() == "false",
        publisher=next(iter(_names(node.get("publisher"))), ""),
        body=_text(node.get("articleBody")),
    )


def _text(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("name") or value.get("alternateName")
    return well_formed(value) if isinstance(value, str) else ""


def _names(value: Any) -> tuple[str, ...]:
    people = value if isinstance(value, list) else [value]
    names = (one_line(_text(person))[:300] for person in people[:20])
    # Some sites put a profile's address where the name belongs.
    return tuple(dict.fromkeys(name for name in names if name and not name.startswith("http")))
