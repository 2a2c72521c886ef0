"""State that lives in a compacted topic, so that a pod keeps nothing of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from stancewatch_schemas.codec import encode

from stancewatch_shared.connect import make_consumer
from stancewatch_shared.produce import send, send_bytes
from stancewatch_shared.read_topic import partitions_of, read_to_end
from stancewatch_shared.settings import KafkaSettings

ACK_TIMEOUT_SECONDS = 60.0


def read_compacted(settings: KafkaSettings, topic: str) -> dict[bytes, bytes]:
    """The newest value of every key of ``topic`` (name without prefix), read to its end. No tombstones."""
    consumer = make_consumer(settings, [], None, max_poll_records=2000)
    state: dict[bytes, bytes] = {}
    try:
        for record in read_to_end(consumer, partitions_of(consumer, settings, [topic])):
            if record.value is None:
                state.pop(record.key, None)
            elif record.key is not None:
                state[record.key] = record.value
    finally:
        consumer.close()
    return state


class CompactedStore:
    """A dictionary of bytes whose every change is acknowledged by the broker before it is believed.

    One writer a topic (or a key): two writers do not see each other's changes until they load again.
    """

    def __init__(self, settings: KafkaSettings, producer: Any, topic: str) -> None:
        self.topic = topic
        self._settings = settings
        self._producer = producer
        self._state: dict[bytes, bytes] = {}

    def load(self) -> None:
        """Read the topic to its end; call once at start, before anything is decided."""
        self._state = read_compacted(self._settings, self.topic)

    def get(self, key: str | bytes) -> bytes | None:
        """The newest value, or None."""
        return self._state.get(_raw(key))

    def __contains__(self, key: str | bytes) -> bool:
        return _raw(key) in self._state

    def __len__(self) -> int:
        return len(self._state)

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """All keys with their values."""
        yield from self._state.items()

    def put(self, key: str | bytes, value: bytes | BaseModel, trace: str | None = None) -> None:
        """Write and wait for the acknowledgement. Raises KafkaError when there is none."""
        if isinstance(value, BaseModel):
            future = send(self._producer, self.topic, value, key, trace)
            value = encode(value)
        else:
            future = send_bytes(self._producer, self.topic, value, key)
        future.get(timeout=ACK_TIMEOUT_SECONDS)
        self._state[_raw(key)] = value

    def delete(self, key: str | bytes) -> None:
        """Write a tombstone and wait for the acknowledgement."""
        send_bytes(self._producer, self.topic, None, _raw(key)).get(timeout=ACK_TIMEOUT_SECONDS)
        self._state.pop(_raw(key), None)


def _raw(key: str | bytes) -> bytes:
    return key.encode() if isinstance(key, str) else key
