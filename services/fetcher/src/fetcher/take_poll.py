"""A poll's answer: which of its entries are news, and which pages are read again."""

from __future__ import annotations

from fetcher import report
from fetcher.deliver import Deliver
from fetcher.desk import Desk
from fetcher.documents import Entry
from fetcher.entries import Verdict, decide, entry_keys, link_key, needs_page
from fetcher.memory import Shard
from fetcher.outcomes import Fetched, NotModified
from fetcher.reading import PageResult, PageTask, PollResult
from fetcher.runs import Run, Runs

MAX_RECHECKS_PER_POLL = 20


class TakePoll:
    """Call with each PollResult."""

    def __init__(self, desk: Desk, runs: Runs, deliver: Deliver) -> None:
        self._desk, self._runs, self._deliver = desk, runs, deliver

    def __call__(self, result: PollResult) -> None:
        source = result.task.source
        run, shard = self._runs.of(source), self._desk.shard(source)
        report.polled(source.id, result)
        if run is None or shard is None:
            self._runs.drop(source)
            return
        run.result = result
        if result.document is not None and source.type != "folder":
            # A folder shows only what has changed: what it does not show is still there.
            shard.listed_at[source.id] = self._desk.clock.now()
        for entry in run.document.entries:
            self._on_entry(run, entry)
        if isinstance(result.outcome, Fetched | NotModified):
            self._queue_rechecks(run, shard)
        self._runs.finish_if_done(run)

    def _on_entry(self, run: Run, entry: Entry) -> None:
        source = run.source
        found = self._desk.memory.find(entry_keys(entry, source.id))
        verdict = decide(entry, source.id, found[1] if found else None)
        if found:
            found[0].seen_at[found[1].article_id] = self._desk.clock.now()
        address = link_key(entry.link) if entry.link else None
        if verdict is Verdict.NEW and self._runs.is_in_work(address):
            verdict = Verdict.OTHER_FEED
        report.entry(source.id, verdict)
        if verdict not in (Verdict.NEW, Verdict.CHANGED) or entry.guid in run.open:
            return
        self._runs.take_up(run, entry.guid, address)
        task = PageTask(source, entry)
        if needs_page(entry, source.full_text):
            self._desk.queue(task)
        else:
            self._deliver(run, entry, PageResult(task, Fetched("", 200, {}, b"")))

    def _queue_rechecks(self, run: Run, shard: Shard) -> None:
        """Pages of recent articles are read again: most edits never touch the feed."""
        now = self._desk.clock.now()
        due = [i for i, at in shard.checks.get(run.source.id, {}).items() if at <= now]
        for article_id in due[:MAX_RECHECKS_PER_POLL]:
            state = shard.article(article_id)
            if state is None or article_id in run.open:
                continue
            self._runs.take_up(run, article_id, None)
            entry = Entry(guid=article_id, link=state.url, title=state.title, article_id=article_id)
            self._desk.queue(PageTask(run.source, entry, is_recheck=True))
