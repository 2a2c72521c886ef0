"""The Kafka edge on a real broker: commit after the side effect, dead letters, retries, compacted state."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from stancewatch_schemas.codec import decode
from stancewatch_schemas.models import DeadLetter
from stancewatch_shared.compacted import CompactedStore, read_compacted
from stancewatch_shared.dead_letters import original_record
from stancewatch_shared.dlq_read import read_dead_letters, remember_replayed, replay_letters
from stancewatch_shared.errors import Invalid, Transient, UserError
from stancewatch_shared.kafka import (
    ConsumerLoop,
    Record,
    TooManyInvalid,
    check_topics,
    make_consumer,
    make_producer,
    send_bytes,
)
from stancewatch_shared.retry import Backoff, InvalidLimit
from stancewatch_shared.settings import KafkaSettings
from stancewatch_shared.topics import create_topics, describe_topics

pytestmark = pytest.mark.integration

GROUP = "readers"
QUICK = Backoff(first_seconds=0.05, longest_seconds=0.1, give_up_after_seconds=0.5)


def produce(kafka: KafkaSettings, topic: str, values: list[bytes | None]) -> None:
    producer = make_producer(kafka)
    for number, value in enumerate(values):
        send_bytes(producer, topic, value, f"key-{number}", [("h", b"\xff\x00")])
    producer.flush(30)
    producer.close(10)


def read_all(kafka: KafkaSettings, topic: str, count: int) -> list[Record]:
    consumer = make_consumer(kafka, [topic], None)
    found: list[Record] = []
    deadline = time.monotonic() + 30
    while len(found) < count and time.monotonic() < deadline:
        for records in consumer.poll(timeout_ms=200).values():
            found.extend(Record.of(each, kafka.topic_prefix) for each in records)
    consumer.close()
    return found


def run_loop(
    kafka: KafkaSettings, handle: Callable[[bytes, Record], None], until: Callable[[], bool], **options: Any
) -> None:
    """Run a loop over `inbox` (one partition, so in order) until it has done what is asked."""
    stop = threading.Event()

    def between_polls() -> None:
        if until():
            stop.set()

    loop: ConsumerLoop[bytes] = ConsumerLoop(
        make_consumer(kafka, ["inbox"], GROUP),
        make_producer(kafka),
        GROUP,
        lambda record: record.value or b"",
        handle,
        stop=stop,
        between_polls=between_polls,
        **options,
    )
    try:
        loop.run()
    finally:
        loop.close()


@pytest.fixture
def topics(kafka: KafkaSettings) -> KafkaSettings:
    """A topic of one partition with its dead letters."""
    from stancewatch_schemas.topics import Topic

    for name in ("inbox", "inbox-dlq"):
        create_topics(
            kafka,
            [Topic(name=name, description="test", writers=("test",), key="{id}", message=None, partitions=1)],
        )
    return kafka


def test_a_restarted_consumer_goes_on_where_the_last_one_committed(topics: KafkaSettings) -> None:
    produce(topics, "inbox", [b"1", b"2", b"3"])
    first: list[bytes] = []

    def handle(value: bytes, _record: Record) -> None:
        if value == b"3" and len(first) == 2:
            raise RuntimeError("a bug: the process ends here")
        first.append(value)

    with pytest.raises(RuntimeError):
        run_loop(topics, handle, lambda: False)
    second: list[bytes] = []
    run_loop(topics, lambda value, _record: second.append(value), lambda: len(second) >= 1)
    assert (first, second) == ([b"1", b"2"], [b"3"])


def test_an_invalid_record_becomes_a_dead_letter_and_blocks_nobody(topics: KafkaSettings) -> None:
    produce(topics, "inbox", [b"good", b"\xffbad", b"good"])
    handled: list[bytes] = []

    def handle(value: bytes, _record: Record) -> None:
        if value == b"\xffbad":
            raise Invalid("not a message")
        handled.append(value)

    run_loop(topics, handle, lambda: len(handled) == 2)
    (letter_record,) = read_all(topics, "inbox-dlq", 1)
    letter = decode(DeadLetter, letter_record.value)
    assert handled == [b"good", b"good"]
    assert (letter.error, letter.message, letter.group) == ("Invalid", "not a message", GROUP)
    original = original_record(letter)
    assert (original.value, original.key, original.headers) == (b"\xffbad", b"key-1", (("h", b"\xff\x00"),))
    assert (original.topic, original.offset) == ("inbox", 1)


def test_a_transient_fault_is_tried_again_in_order(topics: KafkaSettings) -> None:
    produce(topics, "inbox", [b"1", b"2"])
    tries: list[bytes] = []

    def handle(value: bytes, _record: Record) -> None:
        tries.append(value)
        if tries.count(b"1") < 3:
            raise Transient("the other side is away")

    run_loop(topics, handle, lambda: b"2" in tries, backoff=QUICK)
    assert tries == [b"1", b"1", b"1", b"2"]


def test_a_fault_that_does_not_pass_becomes_a_dead_letter(topics: KafkaSettings) -> None:
    produce(topics, "inbox", [b"1", b"2"])
    handled: list[bytes] = []

    def handle(value: bytes, _record: Record) -> None:
        if value == b"1":
            raise Transient("away")
        handled.append(value)

    run_loop(topics, handle, lambda: handled == [b"2"], backoff=QUICK)
    (letter,) = read_all(topics, "inbox-dlq", 1)
    assert decode(DeadLetter, letter.value).error == "Transient"


def test_mostly_invalid_records_stop_the_consumer_on_purpose(topics: KafkaSettings) -> None:
    produce(topics, "inbox", [b"bad"] * 20)

    def handle(_value: bytes, _record: Record) -> None:
        raise Invalid("a bad deploy refuses everything")

    with pytest.raises(TooManyInvalid):
        run_loop(topics, handle, lambda: False, invalid_limit=InvalidLimit(at_least=10))
    assert len(read_all(topics, "inbox-dlq", 10)) == 10


def test_compacted_state_is_there_after_a_restart(kafka: KafkaSettings) -> None:
    producer = make_producer(kafka)
    store = CompactedStore(kafka, producer, "fetch-state")
    store.load()
    store.put("a", b"1")
    store.put("a", b"2")
    store.put("b", b"3")
    store.delete("b")
    producer.close(10)
    assert read_compacted(kafka, "fetch-state") == {b"a": b"2"}


def test_a_dead_letter_is_replayed_once_by_default(kafka: KafkaSettings) -> None:
    from datetime import UTC, datetime

    from stancewatch_shared.dead_letters import make_dead_letter
    from stancewatch_shared.kafka import send

    producer = make_producer(kafka)
    record = Record("articles", 0, 7, b"value", b"key", (("h", b"1"),), 5)
    letter = make_dead_letter(record, GROUP, "Invalid", "why", datetime(2025, 1, 1, tzinfo=UTC))
    send(producer, "articles-dlq", letter, letter.id).get(30)
    found = read_dead_letters(kafka, ["articles-dlq"])
    replay_letters(producer, found)
    remember_replayed(kafka, found)
    producer.close(10)
    (again,) = read_all(kafka, "articles", 1)
    assert (again.value, again.key, again.headers) == (record.value, record.key, record.headers)
    assert [each.replayed for each in read_dead_letters(kafka, ["articles-dlq"])] == [True]


def test_created_topics_are_as_declared(kafka: KafkaSettings) -> None:
    assert [(state.name, state.differences) for state in describe_topics(kafka) if state.differences] == []


def test_creating_topics_twice_changes_nothing(kafka: KafkaSettings) -> None:
    assert create_topics(kafka) == []


def test_a_missing_topic_is_named(kafka: KafkaSettings) -> None:
    with pytest.raises(UserError, match=r"no-such-topic.*stancewatch topics create"):
        check_topics(kafka, ["articles", "no-such-topic"])
