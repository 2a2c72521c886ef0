"""Reading a topic once from beginning to end, for commands that explain what is known."""

from __future__ import annotations

import time
from collections.abc import Iterator

from kafka import TopicPartition

from stancewatch_shared.connect import make_consumer
from stancewatch_shared.errors import UserError
from stancewatch_shared.settings import KafkaSettings, load_settings

READ_TIMEOUT_SECONDS = 120.0


def read_values(
    topic: str, key: bytes | None = None, settings: KafkaSettings | None = None
) -> Iterator[bytes]:
    """Values of ``topic`` (name without prefix), partition by partition in offset order; only those of ``key``, where given.

    Raises UserError when the topic does not exist or is not read to its end in two minutes.
    """
    chosen = settings or load_settings(KafkaSettings)
    consumer = make_consumer(chosen, [], None, max_poll_records=2000)
    try:
        name = chosen.topic(topic)
        partitions = [
            TopicPartition(name, number) for number in sorted(consumer.partitions_for_topic(name) or ())
        ]
        if not partitions:
            raise UserError(f"the topic {name} does not exist; create it with `stancewatch topics create`")
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        ends = consumer.end_offsets(partitions)
        deadline = time.monotonic() + READ_TIMEOUT_SECONDS
        while any(consumer.position(partition) < ends[partition] for partition in partitions):
            if time.monotonic() > deadline:
                raise UserError(
                    f"{name} could not be read to its end in {READ_TIMEOUT_SECONDS:.0f} s; is the broker well?"
                )
            for records in consumer.poll(timeout_ms=500).values():
                for record in records:
                    if record.value is not None and (key is None or record.key == key):
                        yield record.value
    finally:
        consumer.close()
