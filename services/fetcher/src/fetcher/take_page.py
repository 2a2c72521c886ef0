"""A page's answer: passing faults are tried again later, all else is delivered."""

from __future__ import annotations

from dataclasses import replace

from fetcher import report
from fetcher.deliver import Deliver
from fetcher.desk import Desk
from fetcher.outcomes import Failed, Throttled
from fetcher.reading import PageResult, PageTask
from fetcher.runs import Run, Runs

MAX_PAGE_ATTEMPTS = 3
PAGE_RETRY_SECONDS = 20.0


class TakePage:
    """Call with each PageResult, and queue_retries() often."""

    def __init__(self, desk: Desk, runs: Runs, deliver: Deliver) -> None:
        self._desk, self._runs, self._deliver = desk, runs, deliver
        self._retries: list[PageTask] = []

    def __call__(self, result: PageResult) -> None:
        task = result.task
        run = self._runs.of(task.source)
        report.page(task.source.id, result)
        if run is None:
            return
        is_passing = isinstance(result.outcome, Failed | Throttled)
        if task.is_recheck:
            self._on_recheck(run, result)
        elif is_passing and task.attempt < MAX_PAGE_ATTEMPTS:
            self._try_later(result)
        else:
            # A page that cannot be read leaves what the feed told: a stub, marked as such, not silence.
            self._deliver(run, task.entry, result)

    def queue_retries(self) -> None:
        """Queue the pages whose pause has ended."""
        now = self._desk.monotonic()
        for task in [task for task in self._retries if task.not_before <= now]:
            self._retries.remove(task)
            self._desk.queue(task)

    def _try_later(self, result: PageResult) -> None:
        task = result.task
        wait = PAGE_RETRY_SECONDS * 2 ** (task.attempt - 1)
        if isinstance(result.outcome, Throttled) and result.outcome.retry_after:
            wait = max(wait, result.outcome.retry_after.total_seconds())
        not_before = self._desk.monotonic() + wait
        self._retries.append(replace(task, attempt=task.attempt + 1, not_before=not_before, hops=()))

    def _on_recheck(self, run: Run, result: PageResult) -> None:
        entry = result.task.entry
        shard = self._desk.shard(run.source)
        state = shard.article(entry.guid) if shard else None
        if shard is None or state is None:
            self._runs.close(run, entry.guid)
        elif result.page is None:
            counted = state.model_copy(update={"checks": state.checks + 1})
            self._desk.remember_article(run.source, shard, entry.guid, counted)
            self._runs.close(run, entry.guid)
        else:
            self._deliver(run, entry, result)
