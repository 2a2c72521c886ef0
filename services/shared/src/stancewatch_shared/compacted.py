"""State that lives in a compacted topic, so that a pod keeps nothing of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from kafka import TopicPartition
from pydantic import BaseModel
from stancewatch_schemas.codec import encode

from stancewatch_shared.connect import make_consumer
from stancewatch_shared.errors import UserError
from stancewatch_shared.produce import send, send_bytes
from stancewatch_shared.settings import KafkaSettings

READ_TIMEOUT_SECONDS = 120.0
ACK_TIMEOUT_SECONDS = 60.0


def read_compacted(settings: KafkaSettings, topic: str) -> dict[bytes, bytes]:
    """The newest value of every key of ``topic`` (name without prefix), read to its end. No tombstones."""
    consumer = make_consumer(settings, [], None, max_poll_records=2000)
    try:
        name = settings.topic(topic)
        numbers = sorted(consumer.partitions_for_topic(name) or ())
        partitions = [TopicPartition(name, number) for number in numbers]
        if not partitions:
            raise UserError(f"the topic {name} does not exist; create it with `stancewatch topics create`")
        return _read_to_end(consumer, partitions)
    finally:
        consumer.close()


def _read_to_end(consumer: Any, partitions: list[Any]) -> dict[bytes, bytes]:
    consumer.assign(partitions)
    consumer.seek_to_beginning(*partitions)
    ends = consumer.end_offsets(partitions)
    deadline = time.monotonic() + READ_TIMEOUT_SECONDS
    state: dict[bytes, bytes] = {}
    while any(consumer.position(partition) < ends[partition] for partition in partitions):
        if time.monotonic() > deadline:
            raise TimeoutError(
                f"{partitions[0].topic} could not be read to its end in {READ_TIMEOUT_SECONDS:.0f} s"
            )
        for records in consumer.poll(timeout_ms=500).values():
            for record in records:
                if record.value is None:
                    state.pop(record.key, None)
                elif record.key is not None:
                    state[record.key] = record.value
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
