"""Polls under way: a run is one poll of one source until its last article is delivered.

A feed's validators (ETag) are only remembered when all of its entries have been: so nothing that a crash interrupts
is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from stancewatch_shared.logs import get_logger

from fetcher import report
from fetcher.agenda import state_of
from fetcher.desk import Desk
from fetcher.documents import FeedDocument
from fetcher.outcomes import outcome_label
from fetcher.reading import PollResult
from fetcher.source_models import Source
from fetcher.source_state import after_poll


@dataclass
class Run:
    """One poll. `result` is None until its answer is in."""

    source: Source
    result: PollResult | None = None
    # guid of each entry in work, with the key of its address
    open: dict[str, str | None] = field(default_factory=dict)
    found_new: int = 0
    lost: int = 0

    @property
    def document(self) -> FeedDocument:
        """The feed that came, or an empty one."""
        found = self.result.document if self.result else None
        return found or FeedDocument()


class Runs:
    """All runs by source. `jitter` gives a number in [-1, 1]."""

    def __init__(self, desk: Desk, jitter: Callable[[], float]) -> None:
        self._desk, self._jitter = desk, jitter
        self._runs: dict[str, Run] = {}
        self._in_work: set[str] = set()

    def __len__(self) -> int:
        return len(self._runs)

    def __contains__(self, source_id: str) -> bool:
        return source_id in self._runs

    def begin(self, source: Source) -> None:
        """A poll has been queued."""
        self._runs[source.id] = Run(source)

    def of(self, source: Source) -> Run | None:
        """The run of a source, if one is under way."""
        return self._runs.get(source.id)

    def drop(self, source: Source) -> None:
        """Forget a run whose share went to another fetcher."""
        self._runs.pop(source.id, None)

    def is_in_work(self, address: str | None) -> bool:
        """Whether another feed's run is at the article of this address."""
        return address in self._in_work

    def take_up(self, run: Run, guid: str, address: str | None) -> None:
        """An entry goes into work; the run waits for it."""
        run.open[guid] = address
        if address:
            self._in_work.add(address)

    def close(self, run: Run, guid: str) -> None:
        """An entry is done with."""
        address = run.open.pop(guid, None)
        if address:
            self._in_work.discard(address)
        self.finish_if_done(run)

    def finish_if_done(self, run: Run) -> None:
        """When nothing is open any more: remember the source, and plan its next poll."""
        if run.open or run.result is None or self._runs.get(run.source.id) is not run:
            return
        del self._runs[run.source.id]
        source, desk = run.source, self._desk
        shard, bounds = desk.shard(source), desk.agenda.bounds(source.id)
        if shard is None or bounds is None:
            return
        now = desk.clock.now()
        state, why = after_poll(
            state_of(source, shard),
            run.result,
            now=now,
            bounds=bounds,
            found_new=run.found_new,
            is_complete=run.lost == 0,
            jitter=self._jitter(),
        )
        desk.remember_source(source, shard, state)
        desk.agenda.set_next(source.id, state.next_poll_at)
        report.finished(source.id, state, now)
        label = outcome_label(run.result.outcome)
        get_logger().info("polled", source=source.id, outcome=label, new=run.found_new, next=str(why))
