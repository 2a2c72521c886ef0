"""One lane per host: its tasks in order, one at a time, each when the host may be asked. A slow host delays nobody else."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
# How soon to look again at a host that a redirect from elsewhere is asking.
LOOK_AGAIN_SECONDS = 0.2


@dataclass
class _Lane(Generic[T]):
    waiting: deque[T] = field(default_factory=deque)
    is_busy: bool = False


class Lanes(Generic[T]):
    """Tasks in order per host. `free_at` tells from when a host may be asked (monotonic seconds), None: not known yet."""

    def __init__(self, free_at: Callable[[str], float | None] = lambda _host: 0.0) -> None:
        self._free_at = free_at
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
            self._push(host, self._free_at(host) or 0.0)

    def take(self, now: float) -> T | None:
        """The next task whose host may be asked at `now`; its lane is busy until done()."""
        while self._ready and self._ready[0][0] <= now:
            _, _, host = heapq.heappop(self._ready)
            lane = self._lanes[host]
            at = self._free_at(host)
            if at is None or at > now:
                self._push(host, now + LOOK_AGAIN_SECONDS if at is None else at)
                continue
            lane.is_busy = True
            self._waiting -= 1
            return lane.waiting.popleft()
        return None

    def done(self, host: str) -> None:
        """The host's task has ended."""
        lane = self._lanes[host]
        lane.is_busy = False
        if lane.waiting:
            self._push(host, self._free_at(host) or 0.0)
        else:
            del self._lanes[host]

    def _push(self, host: str, at: float) -> None:
        self._sequence += 1
        heapq.heappush(self._ready, (at, self._sequence, host))
