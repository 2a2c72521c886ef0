"""What to do with an entry of a feed: pure decisions, each with its name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from fetcher.documents import Entry
from fetcher.identity import BadUrl, article_id, article_id_without_url, canonical_url

# A feed that carries whole articles has texts of this size; summaries are shorter.
FULL_CONTENT_CHARS = 400
FULL_DESCRIPTION_CHARS = 1_200
# Edits come soon after publication: pages are read again so long after they were first seen.
RECHECK_AFTER = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))


class Verdict(StrEnum):
    """What an entry means to us."""

    NEW = "new"
    CHANGED = "changed"
    SEEN = "seen"
    OTHER_FEED = "seen_in_other_feed"
    UNREADABLE = "no_address_and_no_text"


@dataclass(frozen=True)
class KnownEntry:
    """What is remembered of an article, as far as deciding needs it."""

    article_id: str
    source_id: str
    entry_digest: str


def decide(entry: Entry, source_id: str, known: KnownEntry | None) -> Verdict:
    """Whether `entry` of `source_id` is news. Only the feed that an article was first seen in can change it."""
    if known is None:
        return Verdict.NEW if entry.link or entry.text or entry.summary else Verdict.UNREADABLE
    if known.source_id != source_id:
        return Verdict.OTHER_FEED
    return Verdict.SEEN if known.entry_digest == entry_digest(entry) else Verdict.CHANGED


def needs_page(entry: Entry, full_text: str) -> bool:
    """Whether the article's page must be read; `full_text` is the source's setting."""
    if entry.link is None or full_text == "feed":
        return False
    return full_text == "page" or not feed_text(entry)


def feed_text(entry: Entry) -> str:
    """The whole article as far as the feed carries it, or the empty string."""
    if len(entry.text) >= FULL_CONTENT_CHARS and len(entry.text) > len(entry.summary) * 0.9:
        return entry.text
    is_cut = entry.summary.rstrip().endswith(("…", "...", "]"))
    return entry.summary if len(entry.summary) >= FULL_DESCRIPTION_CHARS and not is_cut else ""


def entry_digest(entry: Entry) -> str:
    """Digest of all that an editor can change in a feed."""
    moment = entry.updated.isoformat() if entry.updated else ""
    parts = (entry.title, entry.summary, entry.text, moment)
    return sha256("\x00".join(parts).encode()).hexdigest()[:24]


def entry_keys(entry: Entry, source_id: str) -> list[str]:
    """Digests under which an article is found again: its address (across feeds), its guid (within the source).

    The guid survives a changed address: outlets put a new headline into the URL.
    """
    keys = []
    if entry.article_id:
        keys.append(_key("id", entry.article_id))
    if entry.link:
        keys.append(link_key(entry.link))
    keys.append(_key("guid", f"{source_id}\x00{entry.guid}"))
    return keys


def link_key(link: str) -> str:
    """Digest of an article's address."""
    try:
        return _key("link", canonical_url(link))
    except BadUrl:
        return _key("link", link)


def id_of(entry: Entry, source_id: str, canonical: str | None) -> str:
    """The article's id: its own if an import brings one, else by address, else by guid."""
    if entry.article_id:
        return entry.article_id
    url = canonical or entry.link
    return article_id(url) if url else article_id_without_url(source_id, entry.guid)


def next_check(first_seen: datetime, checks: int) -> datetime | None:
    """When to read the page again, given how often that was done; None: never."""
    return first_seen + RECHECK_AFTER[checks] if checks < len(RECHECK_AFTER) else None


def _key(kind: str, value: str) -> str:
    return sha256(f"{kind}\x00{value}".encode()).hexdigest()[:24]
