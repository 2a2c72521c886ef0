"""One lane per host: one request at a time, with a pause between two. A slow host delays nobody else."""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass
class _Lane(Generic[T]):
    waiting: deque[T] = field(default_factory=deque)
    free_at: float = 0.0
    is_busy: bool = False


class Lanes(Generic[T]):
    """Tasks in order per host. Times are monotonic seconds, handed in."""

    def __init__(self) -> None:
        self._lanes: dict[str, _Lane[T]] = {}
        self._ready: list[tuple[float, int, str]] = []
        self._sequence = 0
        self._waiting = 0

    def __len__(self) -> int:
        return self._waiting

    def add(self, host: str, task: T) -> None:
        """Queue `task` behind the others of its host."""
        lane = self._lanes.setdefault(host, _Lane())
        lane.waiting.append(task)
        self._waiting += 1
        if not lane.is_busy and len(lane.waiting) == 1:
            self._push(host, lane)

    def take(self, now: float) -> T | None:
        """The next task whose host may be asked at `now`; its host is busy until done()."""
        while self._ready and self._ready[0][0] <= now:
            _, _, host = heapq.heappop(self._ready)
            lane = self._lanes[host]
            if lane.is_busy or not lane.waiting:
                continue
            if lane.free_at > now:
                self._push(host, lane)
                continue
            lane.is_busy = True
            self._waiting -= 1
            return lane.waiting.popleft()
        return None

    def done(self, host: str, now: float, pause: float) -> None:
        """The host's request has ended; the next may start after `pause` seconds."""
        lane = self._lanes[host]
        lane.is_busy = False
        lane.free_at = max(lane.free_at, now + pause)
        if lane.waiting:
            self._push(host, lane)
        elif pause == 0:
            # Nothing to remember of a host without rules: lanes must not pile up over months.
            del self._lanes[host]

    def hold(self, host: str, until: float) -> None:
        """Ask nothing of the host before `until`: it said so."""
        lane = self._lanes.setdefault(host, _Lane())
        lane.free_at = max(lane.free_at, until)

    def sweep(self, now: float) -> None:
        """Forget hosts that have nothing waiting and nothing to respect."""
        idle = [
            h
            for h, lane in self._lanes.items()
            if not lane.is_busy and not lane.waiting and lane.free_at <= now
        ]
        for host in idle:
            del self._lanes[host]

    def _push(self, host: str, lane: _Lane[T]) -> None:
        self._sequence += 1
        heapq.heappush(self._ready, (lane.free_at, self._sequence, host))
