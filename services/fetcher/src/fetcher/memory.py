"""What the fetcher remembers of the partitions it owns: rebuilt from the compacted topic, written through it."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zlib import crc32

from stancewatch_schemas.codec import decode, encode
from stancewatch_schemas.models import ArticleState, FetchState, SourceState

from fetcher.entries import KnownEntry, next_check
from fetcher.identity import host_of
from fetcher.source_models import Source


def partition_of(source: Source, partitions: int) -> int:
    """The partition that a source belongs to: by host, so that one host is asked by one fetcher only."""
    name = host_of(source.url) if source.url else f"folder:{source.id}"
    return crc32(name.encode()) % partitions


@dataclass
class Shard:
    """The memory of one partition. Texts are kept compressed: they are only needed when an article changes."""

    sources: dict[str, SourceState] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    known: dict[str, KnownEntry] = field(default_factory=dict)
    checks: dict[str, dict[str, datetime]] = field(default_factory=dict)
    # When a feed last showed the article; after a restart, the time of the restart.
    seen_at: dict[str, datetime] = field(default_factory=dict)
    # When a source last told all that it has: what it did not show then is gone from it.
    listed_at: dict[str, datetime] = field(default_factory=dict)
    _packed: dict[str, bytes] = field(default_factory=dict)

    def apply(self, key: bytes, value: bytes | None, now: datetime) -> None:
        """Take in one record of the topic. Raises stancewatch_schemas' InvalidMessage."""
        kind, _, identity = key.decode().partition("/")
        if value is None:
            self.forget(identity) if kind == "article" else self.sources.pop(identity, None)
            return
        state = decode(FetchState, value)
        if state.source is not None:
            self.sources[identity] = state.source
        if state.article is not None:
            self.put(identity, state.article, now)

    def put(self, article_id: str, state: ArticleState, now: datetime) -> None:
        """Remember an article."""
        self.seen_at[article_id] = now
        self._packed[article_id] = zlib.compress(encode(state), 1)
        self.known[article_id] = KnownEntry(article_id, state.source_id, state.entry_digest)
        for key in state.keys:
            self.keys[key] = article_id
        due = next_check(state.first_seen_at, state.checks) if state.url else None
        of_source = self.checks.setdefault(state.source_id, {})
        if due is None:
            of_source.pop(article_id, None)
        else:
            of_source[article_id] = due

    def article(self, article_id: str) -> ArticleState | None:
        """All that is remembered of an article."""
        packed = self._packed.get(article_id)
        return None if packed is None else decode(ArticleState, zlib.decompress(packed))

    def forget(self, article_id: str) -> None:
        """Drop an article."""
        state = self.article(article_id)
        if state is None:
            return
        for key in state.keys:
            if self.keys.get(key) == article_id:
                del self.keys[key]
        self.checks.get(state.source_id, {}).pop(article_id, None)
        del self.known[article_id], self._packed[article_id]
        self.seen_at.pop(article_id, None)

    def no_longer_listed(self, limit: datetime, is_source: Callable[[str], bool]) -> list[str]:
        """Articles last shown before `limit`, whose source has told all that it has since, or is one no more.

        A 304 shows nothing and takes nothing away; nor does a source that cannot be reached.
        """
        return [
            article_id
            for article_id, seen in self.seen_at.items()
            if seen < limit and self._is_dropped(self.known[article_id].source_id, seen, is_source)
        ]

    def _is_dropped(self, source_id: str, seen: datetime, is_source: Callable[[str], bool]) -> bool:
        listed = self.listed_at.get(source_id)
        return not is_source(source_id) or (listed is not None and listed > seen)

    def article_ids(self) -> list[str]:
        """Ids of all articles."""
        return list(self._packed)


class Memory:
    """The shards in hand, by partition."""

    def __init__(self) -> None:
        self.shards: dict[int, Shard] = {}

    def find(self, keys: list[str]) -> tuple[Shard, KnownEntry] | None:
        """The article that one of `keys` names, in any shard in hand."""
        for key in keys:
            for shard in self.shards.values():
                article_id = shard.keys.get(key)
                if article_id is not None:
                    return shard, shard.known[article_id]
        return None
