"""One process at a time: the ledger has one writer, and a second process stands by until it is its turn.

The consumer group decides. One member gets every partition, and the one that is active keeps them; only then
does it read the ledger and start to send. A process that loses its turn must end.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from kafka import ConsumerRebalanceListener
from kafka.coordinator.assignors.abstract import (
    AbstractPartitionAssignor,
    ConsumerProtocolAssignment,
    ConsumerProtocolSubscription,
)
from stancewatch_shared.logs import get_logger

ACTIVE = b"active"
_VERSION = 0


class LostTurn(RuntimeError):  # noqa: N818 - named by what happened
    """Another process sends now: this one must end, and may stand by again."""


class OneAtATime(AbstractPartitionAssignor):  # type: ignore[misc]  # kafka-python has no types
    """Gives all partitions to one member: to the active one, else to the first by id."""

    name = "stancewatch-one-at-a-time"

    def __init__(self) -> None:
        self.is_active = False

    def metadata(self, topics: Iterable[str]) -> Any:
        return ConsumerProtocolSubscription(_VERSION, sorted(topics), ACTIVE if self.is_active else b"")

    def assign(self, cluster: Any, members: Iterable[Any]) -> dict[str, Any]:
        everyone = list(members)
        owner = owner_of([(each.member_id, each.metadata.user_data or b"") for each in everyone])
        topics = sorted({topic for each in everyone for topic in each.metadata.topics})
        everything = [(topic, sorted(cluster.partitions_for_topic(topic) or ())) for topic in topics]
        return {
            each.member_id: ConsumerProtocolAssignment(
                _VERSION, everything if each.member_id == owner else [], b""
            )
            for each in everyone
        }

    def on_assignment(self, assignment: Any, generation: int) -> None:
        """Nothing to remember: Turn listens."""


def owner_of(members: Iterable[tuple[str, bytes]]) -> str:
    """Of (member id, what it said of itself): the active one, else the first by id."""
    return min(members, key=lambda each: (each[1] != ACTIVE, each[0]))[0]


class Turn(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python has no types
    """Whether it is this process's turn. Register with ``consumer.subscribe(..., listener=turn)``."""

    def __init__(self, consumer: Any, assignor: OneAtATime) -> None:
        self._consumer = consumer
        self._assignor = assignor
        self.is_lost = False

    def wait(self, stop: threading.Event) -> bool:
        """True once it is our turn (partitions paused, nothing read); False when told to stop before."""
        waited = False
        while not stop.is_set():
            self._consumer.poll(timeout_ms=500)
            if self._consumer.assignment():
                self._assignor.is_active = True
                return True
            if not waited and self._consumer.group_metadata().state == "<stable>":
                waited = True
                get_logger().info("standing_by", reason="another alerting process is active")
        return False

    def begin(self) -> None:
        """Let records come."""
        self._consumer.resume(*self._consumer.assignment())

    def check(self) -> None:
        """Raises LostTurn when the partitions are no longer ours."""
        if self.is_lost:
            raise LostTurn(
                "its partitions were taken away: another process has taken over, or the topic is gone"
            )

    def on_partitions_revoked(self, revoked: Any) -> None:
        """A rebalance begins; who gets them is told by on_partitions_assigned."""

    def on_partitions_assigned(self, assigned: Any) -> None:
        if self._assignor.is_active:
            self.is_lost = not assigned
        elif assigned:
            self._consumer.pause(*assigned)
