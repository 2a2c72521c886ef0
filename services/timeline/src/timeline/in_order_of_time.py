"""Several partitions as one stream, in the order in which their records came into Kafka. Pure.

Kafka keeps order within a partition only. A page built anew reads whole partitions one after the other: without this
its "newest first" would be another one after every restart.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Collection, Iterable

from stancewatch_shared.record import Record

Place = tuple[str, int]
"""(topic without prefix, partition)."""


class InOrderOfTime:
    """Holds records back until no earlier one can come from another partition."""

    def __init__(self) -> None:
        self._waiting: dict[Place, deque[Record]] = {}

    def add(self, records: Iterable[Record]) -> None:
        """Take records in; those of one partition in their order."""
        for record in records:
            self._waiting.setdefault((record.topic, record.partition), deque()).append(record)

    def ready(self, unfinished: Collection[Place]) -> list[Record]:
        """What may go on. ``unfinished``: partitions that have records which were not read yet."""
        if any(not self._waiting.get(place) for place in unfinished):
            return []
        heads = [(waiting[0].timestamp_ms, place) for place, waiting in self._waiting.items() if waiting]
        heapq.heapify(heads)
        found = []
        while heads:
            _, place = heapq.heappop(heads)
            waiting = self._waiting[place]
            found.append(waiting.popleft())
            if waiting:
                heapq.heappush(heads, (waiting[0].timestamp_ms, place))
            elif place in unfinished:
                break
        return found

    def crowded(self, most: int) -> set[Place]:
        """Partitions of which more than ``most`` records wait: no more of them need be read now."""
        return {place for place, waiting in self._waiting.items() if len(waiting) > most}
