"""Fields of an entry, the same way from every format."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from fetcher.documents import Entry
from fetcher.identity import BadUrl, absolute_url
from fetcher.text import one_line, well_formed

MAX_AUTHORS = 20


def collect(found: Iterable[Entry | None], max_entries: int) -> tuple[tuple[Entry, ...], int]:
    """Up to `max_entries` entries, each guid once; and how many were left out."""
    kept: list[Entry] = []
    seen: set[str] = set()
    dropped = 0
    for entry in found:
        if entry is None or len(kept) >= max_entries:
            dropped += 1
        elif entry.guid not in seen:
            seen.add(entry.guid)
            kept.append(entry)
    return tuple(kept), dropped


def tried(make: Callable[..., Entry | None], *arguments: Any) -> Entry | None:
    """One entry that breaks a rule must not cost the others."""
    try:
        return make(*arguments)
    except (ValueError, TypeError, AttributeError, KeyError):
        return None


def language_tag(value: object) -> str | None:
    """A BCP 47 tag as feeds write it ("en_US", "EN-us") in its usual form, or None."""
    match = re.match(r"^([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}|[0-9]{3}))?(?![A-Za-z])", str(value or "").strip())
    if not match:
        return None
    language, region = match.groups()
    return language.lower() + (f"-{region.upper()}" if region else "")


def string_of(value: object) -> str:
    """A JSON value as text, cleaned of what cannot be encoded; empty for lists and objects."""
    return well_formed(str(value)) if isinstance(value, str | int | float) else ""


def authors_of(names: Iterable[str]) -> tuple[str, ...]:
    """By-lines on one line each, without repetition, at most 20."""
    cleaned = (one_line(name)[:300] for name in names)
    return tuple(dict.fromkeys(name for name in cleaned if name))[:MAX_AUTHORS]


def link_of(value: object, base: str) -> str | None:
    """A link in full, or None where it is none that can be read."""
    try:
        return absolute_url(base, str(value)) if value else None
    except BadUrl:
        return None
