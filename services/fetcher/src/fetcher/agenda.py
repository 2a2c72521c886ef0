"""Which sources are polled by this process, and when each is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from stancewatch_schemas.models import SourceState

from fetcher import report
from fetcher.memory import Memory, Shard, partition_of
from fetcher.schedule import Bounds, after_skipped_hours
from fetcher.source_models import Source
from fetcher.source_state import fresh, reading_of
from fetcher.sources import Catalogue


def state_of(source: Source, shard: Shard) -> SourceState:
    """What is remembered of a source; nothing if its address in sources.yaml has changed."""
    state = shard.sources.get(source.id)
    return fresh(source) if state is None or state.url != (source.url or "") else state


class Agenda:
    """Due times of the sources whose shares are in `memory`. Call plan() whenever shares or sources change."""

    def __init__(self, memory: Memory, partitions: int) -> None:
        self._memory = memory
        self._partitions = partitions
        self._catalogue = Catalogue({}, {}, None, (), ())
        self._due: dict[str, datetime] = {}

    @property
    def source_ids(self) -> list[str]:
        """Sources that are polled here."""
        return sorted(self._due)

    def use(self, catalogue: Catalogue, now: datetime) -> None:
        """Take a new catalogue."""
        self._catalogue = catalogue
        self.plan(now)

    def plan(self, now: datetime) -> None:
        """Work out which sources are polled here, and when each is due next."""
        planned: dict[str, datetime] = {}
        for source in self._catalogue.sources.values():
            shard = self.shard(source)
            if shard is None or not source.enabled:
                continue
            due = self._first_due(source, shard, now)
            if due is None:
                report.gone(source.id)
                continue
            planned[source.id] = due
            if source.id not in self._due and source.id in shard.sources:
                report.standing(source.id, state_of(source, shard), now)
        for source_id in set(self._due) - set(planned):
            report.no_longer_ours(source_id)
        self._due = planned

    def _first_due(self, source: Source, shard: Shard, now: datetime) -> datetime | None:
        state = state_of(source, shard)
        if state.next_poll_at is None:
            return None if state.is_gone else now
        if state.failures:
            # A server that asked for a wait gets it, whatever our ceiling says.
            return state.next_poll_at
        if state.read_as and state.read_as != reading_of(source):
            # Its settings have changed: what they bring is not to wait for the next turn.
            return now
        # A ceiling that was lowered since then takes effect at once.
        soonest = min(state.next_poll_at, now + self._catalogue.bounds(source.id).ceiling)
        return after_skipped_hours(soonest, frozenset(state.skip_hours), frozenset(state.skip_days))

    def due(self, now: datetime) -> Iterator[tuple[Source, Shard]]:
        """Sources whose time has come, with their memory."""
        for source_id, at in list(self._due.items()):
            if at <= now:
                source = self._catalogue.sources[source_id]
                shard = self.shard(source)
                if shard is not None:
                    yield source, shard

    def set_next(self, source_id: str, at: datetime | None) -> None:
        """A poll has ended: when the next is due (None: never)."""
        if at is None:
            self._due.pop(source_id, None)
        elif source_id in self._due:
            self._due[source_id] = at

    def has(self, source_id: str) -> bool:
        """Whether the catalogue holds a source, here or elsewhere, switched on or off."""
        return source_id in self._catalogue.sources

    def bounds(self, source_id: str) -> Bounds | None:
        """Floor and ceiling of a source; None if it was taken out."""
        return self._catalogue.bounds(source_id) if source_id in self._catalogue.polls else None

    def shard(self, source: Source) -> Shard | None:
        """The memory of a source's share; None if it is another process's."""
        return self._memory.shards.get(partition_of(source, self._partitions))
