"""The fetcher's brain: which source is due, what an answer means, what is sent and remembered.

One thread owns it. Network, parsers, Kafka and time are handed in; results come back through on_result(), and the
outbox calls back when the broker has an article.

    tick() ─▶ next_task() ─▶ (network) ─▶ on_result() ─▶ take_poll ─▶ take_page ─▶ deliver ─▶ (Kafka) ─▶ runs
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from stancewatch_shared.clock import Clock

from fetcher.agenda import state_of
from fetcher.deliver import Deliver
from fetcher.desk import Desk, Outbox
from fetcher.lanes import Lanes
from fetcher.memory import Memory, Shard
from fetcher.outcomes import HandedBack
from fetcher.reading import PageResult, PollResult, PollTask, Task
from fetcher.runs import Runs
from fetcher.source_state import poll_url, validators
from fetcher.sources import Catalogue
from fetcher.take_page import TakePage
from fetcher.take_poll import TakePoll
from fetcher.turns import HostTurns

FORGET_AFTER = timedelta(days=30)


class Engine:
    """See the module's text; `monotonic` gives seconds for pauses, `clock` the time of day for schedules."""

    def __init__(
        self,
        outbox: Outbox,
        clock: Clock,
        monotonic: Callable[[], float],
        partitions: int,
        turns: HostTurns,
        jitter: Callable[[], float] = lambda: random.uniform(-1, 1),  # noqa: S311 - no secret
    ) -> None:
        self._desk = Desk(outbox, clock, monotonic, partitions, lanes=Lanes(turns.free_at))
        self._turns = turns
        self._runs = Runs(self._desk, jitter)
        deliver = Deliver(self._desk, self._runs)
        self._take_poll = TakePoll(self._desk, self._runs, deliver)
        self._take_page = TakePage(self._desk, self._runs, deliver)

    @property
    def memory(self) -> Memory:
        """What is remembered of the shares in hand."""
        return self._desk.memory

    @property
    def waiting_requests(self) -> int:
        """Tasks that wait for their host."""
        return len(self._desk.lanes)

    @property
    def is_idle(self) -> bool:
        """Whether no poll is under way."""
        return not len(self._runs)

    @property
    def owned_sources(self) -> list[str]:
        """Ids of the sources that this fetcher polls."""
        return self._desk.agenda.source_ids

    def use(self, catalogue: Catalogue) -> None:
        """Take a new catalogue. Polls under way end as they began."""
        self._desk.agenda.use(catalogue, self._desk.clock.now())

    def own(self, shards: dict[int, Shard]) -> None:
        """Own exactly these partitions from now on."""
        self.memory.shards = shards
        self._desk.agenda.plan(self._desk.clock.now())

    def tick(self) -> None:
        """Queue every source that is due, and every page whose pause has ended."""
        for source, shard in self._desk.agenda.due(self._desk.clock.now()):
            if source.id in self._runs:
                continue
            state = state_of(source, shard)
            self._runs.begin(source)
            self._desk.queue(PollTask(source, poll_url(state), *validators(source, state)))
        self._take_page.queue_retries()

    def forget_old(self) -> None:
        """Drop articles that no feed has shown for a month, though it was read. Sources that are away keep theirs."""
        limit = self._desk.clock.now() - FORGET_AFTER
        for partition, shard in self.memory.shards.items():
            for article_id in shard.no_longer_listed(limit, self._desk.agenda.has):
                shard.forget(article_id)
                self._desk.outbox.remember(partition, f"article/{article_id}", None)
        self._turns.sweep()

    def next_task(self) -> Task | None:
        """The next task that may start now; answer it by on_result()."""
        return self._desk.lanes.take(self._desk.monotonic())

    def on_result(self, result: PollResult | PageResult) -> None:
        """Take in what a task came to."""
        self._desk.lanes.done(result.task.host)
        if isinstance(result.outcome, HandedBack):
            # It goes on in the lane of the host that it has come to.
            self._desk.queue(replace(result.task, hops=result.outcome.hops))
        elif isinstance(result, PollResult):
            self._take_poll(result)
        else:
            self._take_page(result)
