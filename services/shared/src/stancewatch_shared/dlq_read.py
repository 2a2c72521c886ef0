"""Reading the dead letters of a cluster, and which of them have been replayed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka import OffsetAndMetadata, TopicPartition
from stancewatch_schemas.codec import InvalidMessage, decode
from stancewatch_schemas.models import DeadLetter
from stancewatch_schemas.topics import TOPICS

from stancewatch_shared.connect import make_consumer
from stancewatch_shared.dead_letters import original_record
from stancewatch_shared.errors import UserError
from stancewatch_shared.produce import send_bytes
from stancewatch_shared.read_topic import partitions_of, read_to_end
from stancewatch_shared.settings import KafkaSettings

REPLAY_GROUP = "stancewatch-dlq-replay"  # its committed offsets remember what has been replayed
ACK_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True)
class Found:
    """A dead letter, where it lies, and whether it has been replayed."""

    letter: DeadLetter
    place: TopicPartition
    offset: int
    replayed: bool


def dead_letter_topics(topic: str | None) -> list[str]:
    """The declared dead-letter topics, or the one that belongs to ``topic``."""
    declared = sorted({each.dead_letter_topic for each in TOPICS.values() if each.dead_letter_topic})
    if topic is None:
        return declared
    for name in (topic, f"{topic}-dlq"):
        if name in declared:
            return [name]
    sources = ", ".join(name.removesuffix("-dlq") for name in declared)
    raise UserError(f"there are no dead letters for the topic {topic!r}; there are for {sources}")


def read_dead_letters(settings: KafkaSettings, topics: Sequence[str]) -> list[Found]:
    """Everything that lies in ``topics``, oldest first; what is no dead letter itself is passed over."""
    consumer = make_consumer(settings, [], REPLAY_GROUP, max_poll_records=500)
    found: list[Found] = []
    replayed_to: dict[TopicPartition, int] = {}
    try:
        places = partitions_of(consumer, settings, topics)
        for record in read_to_end(consumer, places):
            place = TopicPartition(record.topic, record.partition)
            try:
                letter = decode(DeadLetter, record.value)
            except InvalidMessage:
                continue
            if place not in replayed_to:
                replayed_to[place] = consumer.committed(place) or 0
            found.append(Found(letter, place, record.offset, record.offset < replayed_to[place]))
    finally:
        consumer.close()
    return sorted(found, key=lambda each: (each.letter.failed_at, each.letter.id))


def replay_letters(producer: Any, letters: Sequence[Found]) -> None:
    """Send the original records again, byte for byte, and wait for every acknowledgement."""
    futures = []
    for each in letters:
        record = original_record(each.letter)
        # kafka-python sends no null header values: an empty one is the nearest it can do.
        headers = [(name, value or b"") for name, value in record.headers]
        futures.append(send_bytes(producer, record.topic, record.value, record.key, headers))
    for future in futures:
        future.get(timeout=ACK_TIMEOUT_SECONDS)


def remember_replayed(settings: KafkaSettings, letters: Sequence[Found]) -> None:
    """Commit that everything up to the newest of ``letters`` has been replayed."""
    newest: dict[Any, int] = {}
    for each in letters:
        newest[each.place] = max(newest.get(each.place, 0), each.offset + 1)
    consumer = make_consumer(settings, [], REPLAY_GROUP)
    try:
        consumer.assign(list(newest))
        consumer.commit({place: OffsetAndMetadata(offset, "", -1) for place, offset in newest.items()})
    finally:
        consumer.close()
