"""Which offsets may be committed: never past a record that is still in work. Pure bookkeeping.

faust's own list of acknowledged offsets can run ahead (issue #606): records of an older generation that it skips
count as done, and where nothing was committed yet a hole at the start goes unnoticed. So the offsets that this
ledger names are the only ones we commit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Partition(NamedTuple):
    """A partition of a topic, with the topic's full name."""

    topic: str
    partition: int


@dataclass
class _Page:
    generation: int
    in_work: dict[int, float] = field(default_factory=dict)  # offset -> received at, in offset order
    following: int | None = None  # the offset after the last one done, when none is in work
    committed: int | None = None
    waiting_since: float | None = None  # when the oldest record was received that is not committed


class Ledger:
    """Offsets received, done and committed, for each partition. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._pages: dict[Partition, _Page] = {}

    def received(self, place: Partition, offset: int, generation: int, now: float) -> None:
        """A record was handed to us. A new generation starts a new page: it is read again from the commit on."""
        page = self._pages.get(place)
        if page is not None and page.generation > generation:
            return  # a straggler: what it stands for was read again
        if page is None or page.generation != generation:
            page = self._pages[place] = _Page(generation)
        page.in_work[offset] = now
        if page.waiting_since is None:
            page.waiting_since = now

    def done(self, place: Partition, offset: int, generation: int) -> None:
        """Everything that follows from the record is written. Records of an older generation are ignored."""
        page = self._pages.get(place)
        if page is not None and page.generation == generation and page.in_work.pop(offset, None) is not None:
            page.following = max(page.following or 0, offset + 1)

    def committable(self, place: Partition, generation: int) -> int | None:
        """The offset to commit (the first one not done), or None where nothing new is done."""
        page = self._pages.get(place)
        if page is None or page.generation != generation or page.following is None:
            return None
        offset = min(next(iter(page.in_work)), page.following) if page.in_work else page.following
        return None if page.committed is not None and offset <= page.committed else offset

    def committed(self, place: Partition, offset: int, now: float) -> None:
        """The broker has taken the commit."""
        page = self._pages.get(place)
        if page is None:
            return
        page.committed = max(offset, page.committed or 0)
        left = next(iter(page.in_work.values()), None)
        done_later = page.following is not None and page.following > offset
        page.waiting_since = left if left is not None else (now if done_later else None)

    def forget(self, place: Partition) -> None:
        """The partition was taken away."""
        self._pages.pop(place, None)

    def uncommitted_seconds(self, now: float) -> dict[Partition, float]:
        """How long each partition has had records that are received but not committed; 0 where it has none."""
        return {
            place: 0.0 if page.waiting_since is None else max(0.0, now - page.waiting_since)
            for place, page in self._pages.items()
        }
