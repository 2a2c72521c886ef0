"""Whether a partition stands still although records wait in it: then the process ends and is started anew.

What we met that stops a partition is mended (fetch_again.py, ledger.py, recovery_order.py); a new start heals what we did
not meet, since nothing is acknowledged before its time. The broker is asked how far a partition goes: a fetch that
stands still would not tell. While the broker does not answer nothing is counted: an outage is no standstill of ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple

from stancewatch_shared.logs import get_logger

from stance_classifier.stream.faust_app import CHANGELOG
from stance_classifier.stream.ledger import Partition
from stance_classifier.stream.measure import assignment_of

ANSWER_WITHIN_SECONDS = 10.0


class StandstillError(RuntimeError):
    """Records wait and none has been committed for too long."""


class Progress(NamedTuple):
    """How far a partition is committed (the next offset), and the offset after its last record."""

    committed: int
    end: int


class Standstill:
    """Remembers since when each partition has not moved. Times are monotonic seconds."""

    def __init__(self, after_seconds: float) -> None:
        self._after_seconds = after_seconds
        self._since: dict[Partition, tuple[int, float]] = {}

    def look(self, progress: Mapping[Partition, Progress], now: float) -> dict[Partition, float]:
        """The partitions that stand still, and for how many seconds. One that is not in `progress` is forgotten."""
        self._since = {
            place: self._since_of(place, committed, now)
            for place, (committed, end) in progress.items()
            if committed < end
        }
        still = {place: now - since for place, (_, since) in self._since.items()}
        return {place: seconds for place, seconds in still.items() if seconds > self._after_seconds}

    def _since_of(self, place: Partition, committed: int, now: float) -> tuple[int, float]:
        known = self._since.get(place)
        return known if known is not None and known[0] == committed else (committed, now)


async def progress_of(app: Any) -> dict[Partition, Progress]:
    """The progress of this worker's partitions; empty while positions are restored or the broker does not answer."""
    places = {tp for tp in assignment_of(app) if not tp.topic.endswith(CHANGELOG)}
    if not places or app.in_recovery:
        return {}
    asked = asyncio.gather(app.consumer.earliest_offsets(*places), app.consumer.highwaters(*places))
    try:
        first, ends = await asyncio.wait_for(asked, ANSWER_WITHIN_SECONDS)
    except Exception as error:  # whatever aiokafka raises about a broker: the next look tells more
        get_logger().debug("progress_unknown", error=type(error).__name__)
        return {}
    committed = app.consumer._committed_offset
    return {
        Partition(*tp): Progress(first[tp] if committed[tp] is None else committed[tp], ends[tp])
        for tp in places
    }


async def watch(app: Any, after_seconds: float, now: Any) -> None:
    """Raises StandstillError when a partition has not moved for `after_seconds` although records wait in it."""
    standstill = Standstill(after_seconds)
    while True:
        await asyncio.sleep(after_seconds / 20)
        for place, seconds in standstill.look(await progress_of(app), now()).items():
            raise StandstillError(f"{place.topic}/{place.partition} has not moved for {seconds:.0f} s")
