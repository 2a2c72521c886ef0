"""Reading a topic once, from beginning to end: for state at start-up and for commands that explain what is known."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from kafka import TopicPartition

from stancewatch_shared.connect import make_consumer
from stancewatch_shared.errors import UserError
from stancewatch_shared.settings import KafkaSettings, load_settings

READ_TIMEOUT_SECONDS = 120.0


def read_values(
    topic: str, key: bytes | None = None, settings: KafkaSettings | None = None
) -> Iterator[bytes]:
    """Values of ``topic`` (name without prefix) in offset order within a partition; only those of ``key``, if given.

    Raises UserError when the topic does not exist or is not read to its end in two minutes.
    """
    chosen = settings or load_settings(KafkaSettings)
    consumer = make_consumer(chosen, [], None, max_poll_records=2000)
    try:
        for record in read_to_end(consumer, partitions_of(consumer, chosen, [topic])):
            if record.value is not None and (key is None or record.key == key):
                yield record.value
    finally:
        consumer.close()


def partitions_of(consumer: Any, settings: KafkaSettings, topics: Sequence[str]) -> list[TopicPartition]:
    """All partitions of ``topics`` (names without prefix). Raises UserError for a topic that does not exist."""
    found: list[TopicPartition] = []
    for topic in topics:
        name = settings.topic(topic)
        numbers = sorted(consumer.partitions_for_topic(name) or ())
        if not numbers:
            raise UserError(f"the topic {name} does not exist; create it with `stancewatch topics create`")
        found += [TopicPartition(name, number) for number in numbers]
    return found


def read_to_end(consumer: Any, partitions: Sequence[TopicPartition]) -> Iterator[Any]:
    """Every record from the beginning up to what is the end now. The consumer belongs to no group or commits nothing.

    Raises UserError when that takes longer than two minutes.
    """
    consumer.assign(list(partitions))
    consumer.seek_to_beginning(*partitions)
    ends = consumer.end_offsets(list(partitions))
    deadline = time.monotonic() + READ_TIMEOUT_SECONDS
    while any(consumer.position(partition) < ends[partition] for partition in partitions):
        if time.monotonic() > deadline:
            name = partitions[0].topic
            raise UserError(
                f"{name} could not be read to its end in {READ_TIMEOUT_SECONDS:.0f} s; is the broker well?"
            )
        for records in consumer.poll(timeout_ms=500).values():
            yield from records
