"""Which shares of the sources are ours: the consumer group's assignment of the compacted topic's partitions.

Partitions are restored when they come, paused when restored (their only writer is now this process), and dropped
when they go. Nothing is ever committed: a partition is always read from its beginning.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from kafka import ConsumerRebalanceListener, TopicPartition
from stancewatch_schemas.codec import InvalidMessage
from stancewatch_shared.clock import Clock
from stancewatch_shared.kafka import make_consumer
from stancewatch_shared.logs import get_logger
from stancewatch_shared.settings import KafkaSettings

from fetcher.memory import Shard
from fetcher.outbox import FETCH_STATE

GROUP = "fetcher"
RESTORE_TIMEOUT_SECONDS = 120.0
POLL_MILLISECONDS = 50
JOIN_MILLISECONDS = 500


class Ownership:
    """The group membership. Call poll() often, from one thread."""

    def __init__(self, settings: KafkaSettings, clock: Clock, stop: threading.Event) -> None:
        self._clock = clock
        self._topic = settings.topic(FETCH_STATE)
        self._consumer: Any = make_consumer(
            settings,
            [],
            GROUP,
            stop,
            # A dead fetcher's sources must be taken over within a minute, restoring included.
            session_timeout_ms=20_000,
            heartbeat_interval_ms=3_000,
            max_poll_records=2_000,
        )
        self._listener = _Listener()
        self._consumer.subscribe([self._topic], listener=self._listener)
        self.shards: dict[int, Shard] = {}
        self.has_joined = False

    @property
    def partitions(self) -> int:
        """Number of partitions of the topic: the number of shares."""
        return len(self._consumer.partitions_for_topic(self._topic) or ())

    def poll(self) -> bool:
        """Keep up the membership; True when the shares in hand have changed (see `shards`)."""
        # A poll that returns too soon never gets round to joining: on a busy machine even 20 ms are too soon.
        is_settled = self.has_joined and not self._listener.is_rebalancing
        self._consumer.poll(timeout_ms=POLL_MILLISECONDS if is_settled else JOIN_MILLISECONDS)
        if not self._listener.has_changed:
            return False
        self._listener.has_changed = False
        mine = {partition.partition for partition in self._consumer.assignment()}
        for lost in set(self.shards) - mine:
            del self.shards[lost]
        added = sorted(mine - set(self.shards))
        self._restore(added)
        self._consumer.pause(*self._consumer.assignment())
        self.has_joined = True
        get_logger().info("shares_changed", owned=sorted(mine), restored=added)
        return True

    def close(self) -> None:
        """Leave the group, so that others take over at once."""
        self._consumer.close(autocommit=False)

    def _restore(self, numbers: list[int]) -> None:
        """Read the partitions to their ends. They may move on meanwhile: the listener then says so again."""
        partitions = [TopicPartition(self._topic, number) for number in numbers]
        if not partitions:
            return
        fresh = {number: Shard() for number in numbers}
        self._consumer.resume(*partitions)
        self._consumer.seek_to_beginning(*partitions)
        ends = self._consumer.end_offsets(partitions)
        deadline = time.monotonic() + RESTORE_TIMEOUT_SECONDS
        while any(self._consumer.position(each) < ends[each] for each in partitions):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self._topic} could not be restored in {RESTORE_TIMEOUT_SECONDS:g} s")
            for records in self._consumer.poll(timeout_ms=200).values():
                for record in records:
                    _apply(fresh, record, self._clock)
            if self._listener.has_changed:
                # Another rebalance in the middle: what was read so far may be no longer ours.
                return
        self.shards.update(fresh)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self) -> None:
        self.has_changed = False
        self.is_rebalancing = False

    def on_partitions_revoked(self, revoked: Any) -> None:  # noqa: ARG002
        """Nothing to give up: articles in work are sent by both owners at worst, and have one id."""
        self.is_rebalancing = True

    def on_partitions_assigned(self, assigned: Any) -> None:  # noqa: ARG002 - read from the consumer
        """Note that there is something to restore."""
        self.has_changed = True
        self.is_rebalancing = False


def _apply(shards: dict[int, Shard], record: Any, clock: Clock) -> None:
    shard = shards.get(record.partition)
    if shard is None or record.key is None:
        return
    try:
        shard.apply(record.key, record.value, clock.now())
    except (InvalidMessage, UnicodeDecodeError) as error:
        # Memory that cannot be read costs a repeated reading, no more.
        get_logger().error(
            "memory_refused", partition=record.partition, offset=record.offset, reason=str(error)
        )
