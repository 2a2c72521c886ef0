"""Follow a small topic from its beginning, without a group: every process sees all of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from kafka import TopicPartition
from stancewatch_shared.connect import make_consumer, require_topics
from stancewatch_shared.settings import KafkaSettings

READ_TIMEOUT_SECONDS = 120.0

Note = Callable[[bytes | None, bytes | None], None]


class Follower:
    """Hands (key, value) of each record to ``note``; value None is a tombstone. Used by one thread."""

    def __init__(self, kafka: KafkaSettings, topic: str, note: Note) -> None:
        self._note = note
        self._consumer: Any = make_consumer(kafka, [], None)
        name = kafka.topic(topic)
        require_topics(self._consumer.topics(), kafka, [topic])
        numbers = sorted(self._consumer.partitions_for_topic(name) or ())
        self._partitions = [TopicPartition(name, number) for number in numbers]
        self._consumer.assign(self._partitions)
        self._consumer.seek_to_beginning(*self._partitions)

    def catch_up(self) -> None:
        """Read to the present end. Raises TimeoutError."""
        ends = self._consumer.end_offsets(self._partitions)
        deadline = time.monotonic() + READ_TIMEOUT_SECONDS
        while any(self._consumer.position(each) < ends[each] for each in self._partitions):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self._partitions[0].topic} could not be read to its end")
            self.poll(timeout_ms=500)

    def poll(self, timeout_ms: int = 0) -> None:
        """Take in what is new."""
        for records in self._consumer.poll(timeout_ms=timeout_ms).values():
            for record in records:
                self._note(record.key, record.value)

    def close(self) -> None:
        self._consumer.close(timeout_ms=1000)
