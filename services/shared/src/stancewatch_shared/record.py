"""A record as it came from Kafka: raw bytes and where they stood."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class Record:
    """``topic`` is the name without prefix; ``timestamp_ms`` is Unix time in milliseconds."""

    topic: str
    partition: int
    offset: int
    value: bytes | None
    key: bytes | None = None
    headers: tuple[tuple[str, bytes | None], ...] = field(default=())
    timestamp_ms: int = 0

    @classmethod
    def of(cls, raw: Any, topic_prefix: str = "") -> Self:
        """From a kafka-python ConsumerRecord (or anything with the same attributes)."""
        return cls(
            topic=str(raw.topic).removeprefix(topic_prefix),
            partition=raw.partition,
            offset=raw.offset,
            value=raw.value,
            key=raw.key,
            headers=tuple((name, value) for name, value in raw.headers or ()),
            timestamp_ms=max(raw.timestamp or 0, 0),
        )
