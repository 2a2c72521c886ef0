"""The loop every kafka-python consumer runs: decode, handle, commit after the side effect.

1. poll raw bytes 2. decode and handle each record in order 3. Invalid -> a dead letter, its
acknowledgement awaited; Transient -> wait and try again, staying in the group 4. anything else leaves
run(): the process ends, and what was not handled is read again 5. commit what has been handled
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from kafka import OffsetAndMetadata, TopicPartition
from kafka.errors import (
    CommitFailedError,
    IllegalGenerationError,
    RebalanceInProgressError,
    UnknownMemberIdError,
)
from stancewatch_schemas.codec import InvalidMessage

from stancewatch_shared import metrics
from stancewatch_shared.clock import Clock, SystemClock
from stancewatch_shared.dead_letters import dead_letter_topic, make_dead_letter
from stancewatch_shared.errors import Invalid, Transient
from stancewatch_shared.logs import get_logger
from stancewatch_shared.produce import send
from stancewatch_shared.record import Record
from stancewatch_shared.retry import Backoff, InvalidLimit

T = TypeVar("T")

POLL_MS = 500
DEAD_LETTER_ACK_SECONDS = 60
# Another worker owns the partition now: it reads the records again, and every reader knows ids it has seen.
_PARTITION_LOST = (CommitFailedError, IllegalGenerationError, RebalanceInProgressError, UnknownMemberIdError)


class TooManyInvalid(RuntimeError):  # noqa: N818
    """Most records are invalid: a bad deploy, not bad records. The process must end."""


class ConsumerLoop(Generic[T]):
    """Runs ``handle(decode(record), record)`` for each record until ``stop`` is set.

    ``decode`` and ``handle`` raise Invalid (or the codec's InvalidMessage) or Transient (see errors.py).
    ``handle`` returns only once its side effect is done: the commit follows. ``consumer`` and
    ``producer`` come from make_consumer and make_producer.
    """

    def __init__(
        self,
        consumer: Any,
        producer: Any,
        group: str,
        decode: Callable[[Record], T],
        handle: Callable[[T, Record], None],
        *,
        stop: threading.Event | None = None,
        clock: Clock | None = None,
        backoff: Backoff | None = None,
        invalid_limit: InvalidLimit | None = None,
        between_polls: Callable[[], None] | None = None,
    ) -> None:
        self.consumer = consumer
        self.producer = producer
        self.group = group
        self.decode = decode
        self.handle = handle
        self.stop = stop or threading.Event()
        self.clock = clock or SystemClock()
        self.backoff = backoff or Backoff()
        self.invalid_limit = invalid_limit or InvalidLimit()
        self.between_polls = between_polls
        self.not_ready_reason: str | None = "has not joined its consumer group yet"

    def run(self) -> None:
        """Work until stopped; commits what was handled before it returns or raises."""
        while not self.stop.is_set():
            batches = self.consumer.poll(timeout_ms=POLL_MS)
            self._note_readiness()
            for partition, raws in batches.items():
                self._work_through(partition, [Record.of(raw, self.producer.topic_prefix) for raw in raws])
            if self.between_polls is not None:
                self.between_polls()

    def close(self, timeout_seconds: float = 5.0) -> None:
        """Deliver what is still to be sent and leave the group, within a bound."""
        try:
            self.producer.flush(timeout=timeout_seconds)
        finally:
            self.producer.close(timeout=timeout_seconds)
            self.consumer.close(timeout_ms=int(timeout_seconds * 1000))

    def _work_through(self, partition: Any, records: Sequence[Record]) -> None:
        handled: Record | None = None
        try:
            for record in records:
                if self.stop.is_set() or not self._handle_one(partition, record):
                    break
                handled = record
        finally:
            if handled is not None:
                self._commit(partition, handled)

    def _handle_one(self, partition: Any, record: Record) -> bool:
        """True once the record needs no further work; False when it is no longer ours."""
        started = time.monotonic()
        attempt = 0
        while True:
            attempt += 1
            try:
                self.handle(self.decode(record), record)
            except (Invalid, InvalidMessage) as error:
                self._refuse(record, type(error).__name__, error.reason)
                return True
            except Transient as error:
                waited = time.monotonic() - started
                if waited >= self.backoff.give_up_after_seconds:
                    self._refuse(record, "Transient", f"gave up after {waited:.0f} s: {error.reason}")
                    return True
                metrics.RECORDS.labels(record.topic, "retried").inc()
                delay_seconds = self.backoff.delay_seconds(attempt, error.retry_after_seconds)
                get_logger().warning("will_retry", reason=error.reason, delay_seconds=delay_seconds)
                if not self._wait_in_group(partition, delay_seconds):
                    return False
            else:
                metrics.RECORDS.labels(record.topic, "handled").inc()
                metrics.HANDLE_SECONDS.labels(record.topic).observe(time.monotonic() - started)
                age_seconds = self.clock.now().timestamp() - record.timestamp_ms / 1000
                metrics.RECORD_AGE_SECONDS.labels(record.topic).observe(max(0.0, age_seconds))
                self.invalid_limit.note(is_invalid=False)
                return True

    def _refuse(self, record: Record, error: str, message: str) -> None:
        letter = make_dead_letter(record, self.group, error, message, self.clock.now())
        future = send(self.producer, dead_letter_topic(record.topic), letter, key=letter.id)
        future.get(timeout=DEAD_LETTER_ACK_SECONDS)
        metrics.DEAD_LETTERS.labels(record.topic, error).inc()
        metrics.RECORDS.labels(record.topic, "dead_letter").inc()
        get_logger().warning("dead_letter", id=letter.id, error=error, reason=message)
        if self.invalid_limit.note(is_invalid=True):
            raise TooManyInvalid(
                f"more than {self.invalid_limit.largest_share:.0%} of the latest records of "
                f"{record.topic} are invalid"
            )

    def _wait_in_group(self, partition: Any, delay_seconds: float) -> bool:
        """Wait, but poll on (paused), so that the group does not take us for dead. False: not ours now."""
        until = time.monotonic() + delay_seconds
        paused = self.consumer.assignment()
        self.consumer.pause(*paused)
        try:
            while (left_seconds := until - time.monotonic()) > 0:
                if self.stop.is_set():
                    return False
                # A partition won meanwhile is not paused: what it brings is left for later.
                for other, raws in self.consumer.poll(timeout_ms=int(min(left_seconds, 0.5) * 1000)).items():
                    self.consumer.seek(other, raws[0].offset)
        finally:
            self.consumer.resume(*(paused & self.consumer.assignment()))
        return partition in self.consumer.assignment()

    def _commit(self, partition: Any, record: Record) -> None:
        place = TopicPartition(partition.topic, partition.partition)
        try:
            self.consumer.commit({place: OffsetAndMetadata(record.offset + 1, "", -1)})
        except _PARTITION_LOST as error:
            get_logger().warning("partition_lost", topic=record.topic, error=type(error).__name__)
            return
        metrics.LAST_COMMIT_TIME.labels(record.topic).set(self.clock.now().timestamp())
        newest = self.consumer.highwater(place)
        if newest is not None:
            lag = metrics.CONSUMER_LAG.labels(record.topic, str(record.partition))
            lag.set(max(0, newest - record.offset - 1))

    def _note_readiness(self) -> None:
        state = self.consumer.group_metadata().state
        self.not_ready_reason = None if state == "<stable>" else "is not in its consumer group"

    def checks(self) -> dict[str, str | None]:
        """For HealthServer: whether this consumer is a stable member of its group."""
        return {f"kafka:{self.group}": self.not_ready_reason}
