"""The fetcher's brain: which source is due, what an answer means, what is sent and remembered.

One thread owns it. Network, parsers, Kafka and time are handed in; results come back through on_result() and
on_delivered(). An entry counts as read only when the broker has its article, and a feed's validators (ETag) are
only remembered when all of its entries have been: so nothing that a crash interrupts is lost.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from stancewatch_schemas.models import Article, ArticleState, FetchState, SourceState
from stancewatch_shared.clock import Clock
from stancewatch_shared.logs import get_logger

from fetcher import report
from fetcher.agenda import Agenda, state_of
from fetcher.articles import Reading, build
from fetcher.documents import Entry, FeedDocument
from fetcher.entries import Verdict, decide, entry_keys, link_key, needs_page
from fetcher.lanes import Lanes
from fetcher.memory import Memory, Shard, partition_of
from fetcher.outcomes import Failed, Fetched, NotModified, Throttled, outcome_label
from fetcher.reading import PageResult, PageTask, PollResult, PollTask, Task
from fetcher.source_state import after_poll, poll_url
from fetcher.sources import Catalogue, Source

MAX_PAGE_ATTEMPTS = 3
PAGE_RETRY_SECONDS = 20.0
MAX_RECHECKS_PER_POLL = 20
FORGET_AFTER = timedelta(days=30)


class Outbox(Protocol):
    """Where articles and memories go. Both return at once."""

    def publish(self, article: Article, on_done: Callable[[bool], None]) -> None:
        """Send; `on_done` is later called (in the engine's thread) with whether the broker has it."""

    def remember(self, partition: int, key: str, state: FetchState | None) -> None:
        """Write to the compacted topic; None deletes."""


@dataclass
class _Run:
    """One poll of one source until its last article is delivered."""

    source: Source
    document: FeedDocument | None = None
    result: PollResult | None = None
    # guid of each entry in work, with the key of its address
    open: dict[str, str | None] = field(default_factory=dict)
    found_new: int = 0
    lost: int = 0


class Engine:
    """See the module's text. `monotonic` gives seconds for pauses, `clock` the time of day for schedules."""

    def __init__(
        self,
        outbox: Outbox,
        clock: Clock,
        monotonic: Callable[[], float],
        partitions: int,
        host_gap_seconds: float,
        jitter: Callable[[], float] = lambda: random.uniform(-1, 1),  # noqa: S311 - no secret
    ) -> None:
        self.memory = Memory()
        self.lanes: Lanes[Task] = Lanes()
        self._outbox, self._clock, self._monotonic, self._jitter = outbox, clock, monotonic, jitter
        self._partitions = partitions
        self._host_gap_seconds = host_gap_seconds
        self._agenda = Agenda(self.memory, partitions)
        self._runs: dict[str, _Run] = {}
        self._retries: list[PageTask] = []
        self._in_work: set[str] = set()

    @property
    def is_idle(self) -> bool:
        """Whether no poll is under way."""
        return not self._runs

    @property
    def owned_sources(self) -> list[str]:
        """Ids of the sources that this fetcher polls."""
        return self._agenda.source_ids

    def use(self, catalogue: Catalogue) -> None:
        """Take a new catalogue. Polls under way end as they began."""
        self._agenda.use(catalogue, self._clock.now())

    def own(self, shards: dict[int, Shard]) -> None:
        """Own exactly these partitions from now on."""
        self.memory.shards = shards
        self._agenda.plan(self._clock.now())

    def tick(self) -> None:
        """Queue every source that is due."""
        for source, shard in self._agenda.due(self._clock.now()):
            if source.id in self._runs:
                continue
            state = state_of(source, shard)
            self._runs[source.id] = _Run(source)
            task = PollTask(source, poll_url(state), state.etag, state.last_modified)
            self.lanes.add(task.host, task)
        late = [task for task in self._retries if task.not_before <= self._monotonic()]
        for page in late:
            self._retries.remove(page)
            self.lanes.add(page.host, page)

    def forget_old(self) -> None:
        """Drop articles that no feed has shown for a month."""
        limit = self._clock.now() - FORGET_AFTER
        for partition, shard in self.memory.shards.items():
            for article_id in [i for i, seen in shard.seen_at.items() if seen < limit]:
                shard.forget(article_id)
                self._outbox.remember(partition, f"article/{article_id}", None)
        self.lanes.sweep(self._monotonic())

    def next_task(self) -> Task | None:
        """The next task that may start now; answer it by on_result()."""
        return self.lanes.take(self._monotonic())

    def on_result(self, result: PollResult | PageResult) -> None:
        """Take in what a task came to."""
        host = result.task.host
        gap = self._host_gap_seconds
        if isinstance(result, PageResult):
            gap = max(gap, result.crawl_delay_seconds)
        if isinstance(result.outcome, Throttled) and result.outcome.retry_after is not None:
            self.lanes.hold(host, self._monotonic() + result.outcome.retry_after.total_seconds())
        self.lanes.done(host, self._monotonic(), gap if not host.startswith("folder:") else 0.0)
        if isinstance(result, PollResult):
            self._on_poll(result)
        else:
            self._on_page(result)

    def _on_poll(self, result: PollResult) -> None:
        source = result.task.source
        run = self._runs.get(source.id)
        shard = self._shard(source)
        report.polled(source.id, result)
        if run is None or shard is None:
            self._runs.pop(source.id, None)
            return
        run.result, run.document = result, result.document
        for entry in result.document.entries if result.document else ():
            self._on_entry(run, entry)
        if isinstance(result.outcome, Fetched | NotModified):
            self._queue_rechecks(run, shard)
        self._finish_if_done(run)

    def _on_entry(self, run: _Run, entry: Entry) -> None:
        source = run.source
        found = self.memory.find(entry_keys(entry, source.id))
        verdict = decide(entry, source.id, found[1] if found else None)
        if found:
            found[0].seen_at[found[1].article_id] = self._clock.now()
        address = link_key(entry.link) if entry.link else None
        if verdict is Verdict.NEW and address in self._in_work:
            verdict = Verdict.OTHER_FEED
        report.entry(source.id, verdict)
        if verdict not in (Verdict.NEW, Verdict.CHANGED) or entry.guid in run.open:
            return
        run.open[entry.guid] = address
        if address:
            self._in_work.add(address)
        if needs_page(entry, source.full_text):
            task = PageTask(source, entry)
            self.lanes.add(task.host, task)
        else:
            self._send(run, entry, PageResult(PageTask(source, entry), Fetched("", 200, {}, b"")))

    def _queue_rechecks(self, run: _Run, shard: Shard) -> None:
        """Pages of recent articles are read again: most edits never touch the feed."""
        now = self._clock.now()
        due = [i for i, at in shard.checks.get(run.source.id, {}).items() if at <= now]
        for article_id in due[:MAX_RECHECKS_PER_POLL]:
            state = shard.article(article_id)
            if state is None or article_id in run.open:
                continue
            run.open[article_id] = None
            entry = Entry(guid=article_id, link=state.url, title=state.title, article_id=article_id)
            task = PageTask(run.source, entry, is_recheck=True)
            self.lanes.add(task.host, task)

    def _on_page(self, result: PageResult) -> None:
        task = result.task
        run = self._runs.get(task.source.id)
        report.page(task.source.id, result)
        if run is None:
            return
        is_passing = isinstance(result.outcome, Failed | Throttled)
        if is_passing and task.attempt < MAX_PAGE_ATTEMPTS and not task.is_recheck:
            wait = PAGE_RETRY_SECONDS * 2 ** (task.attempt - 1)
            if isinstance(result.outcome, Throttled) and result.outcome.retry_after:
                wait = max(wait, result.outcome.retry_after.total_seconds())
            later = PageTask(task.source, task.entry, task.attempt + 1, not_before=self._monotonic() + wait)
            self._retries.append(later)
            return
        if task.is_recheck:
            self._on_recheck(run, result)
        else:
            # A page that cannot be read leaves what the feed told: a stub, marked as such, not silence.
            self._send(run, task.entry, result)

    def _send(self, run: _Run, entry: Entry, result: PageResult) -> None:
        source = run.source
        known = self._known(entry, source)
        feed = run.document or FeedDocument()
        reading = Reading(entry, result.page, feed.title, feed.language, result.task.is_recheck)
        built = build(source, reading, known, self._clock.now())
        shard = self._shard(source)
        if shard is None:
            # The partition went to another fetcher meanwhile: it reads this entry itself.
            self._close(run, entry.guid)
            return
        if built.article is None:
            self._remember_article(source, shard, built.article_id, built.state)
            self._close(run, entry.guid)
            return
        run.found_new += built.article.revision == 1
        article, state = built.article, built.state

        def done(is_delivered: bool) -> None:
            if is_delivered:
                report.delivered(source.id, built)
                # The share may have gone and come back meanwhile, with a memory of its own.
                self._remember_article(source, self._shard(source) or shard, article.id, state)
            else:
                run.lost += 1
            self._close(run, entry.guid)

        self._outbox.publish(article, done)

    def _on_recheck(self, run: _Run, result: PageResult) -> None:
        entry = result.task.entry
        shard = self._shard(run.source)
        state = shard.article(entry.guid) if shard else None
        if shard is None or state is None:
            self._close(run, entry.guid)
            return
        if result.page is None:
            counted = state.model_copy(update={"checks": state.checks + 1})
            self._remember_article(run.source, shard, entry.guid, counted)
            self._close(run, entry.guid)
            return
        self._send(run, entry, result)

    def _known(self, entry: Entry, source: Source) -> tuple[str, ArticleState] | None:
        found = self.memory.find(entry_keys(entry, source.id))
        if found is None and entry.article_id:
            shard = self._shard(source)
            state = shard.article(entry.article_id) if shard else None
            return (entry.article_id, state) if state else None
        state = found[0].article(found[1].article_id) if found else None
        return (found[1].article_id, state) if found and state else None

    def _remember_article(self, source: Source, shard: Shard, article_id: str, state: ArticleState) -> None:
        shard.put(article_id, state, self._clock.now())
        key = f"article/{article_id}"
        self._outbox.remember(partition_of(source, self._partitions), key, FetchState(id=key, article=state))

    def _close(self, run: _Run, guid: str) -> None:
        address = run.open.pop(guid, None)
        if address:
            self._in_work.discard(address)
        self._finish_if_done(run)

    def _finish_if_done(self, run: _Run) -> None:
        if run.open or run.result is None or self._runs.get(run.source.id) is not run:
            return
        del self._runs[run.source.id]
        source, shard = run.source, self._shard(run.source)
        bounds = self._agenda.bounds(source.id)
        if shard is None or bounds is None:
            return
        state, why = after_poll(
            state_of(source, shard),
            run.result,
            now=self._clock.now(),
            bounds=bounds,
            found_new=run.found_new,
            is_complete=run.lost == 0,
            jitter=self._jitter(),
        )
        self._remember_source(source, shard, state)
        report.finished(source.id, state, self._clock.now())
        self._agenda.set_next(source.id, state.next_poll_at)
        label = outcome_label(run.result.outcome)
        get_logger().info("polled", source=source.id, outcome=label, new=run.found_new, next=str(why))

    def _remember_source(self, source: Source, shard: Shard, state: SourceState) -> None:
        shard.sources[source.id] = state
        key = f"source/{source.id}"
        self._outbox.remember(partition_of(source, self._partitions), key, FetchState(id=key, source=state))

    def _shard(self, source: Source) -> Shard | None:
        return self._agenda.shard(source)
