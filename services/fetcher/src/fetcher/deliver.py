"""An entry and its page become the next revision of an article, which counts as read when the broker has it."""

from __future__ import annotations

from stancewatch_schemas.models import ArticleState

from fetcher import report
from fetcher.articles import Reading, build
from fetcher.desk import Desk
from fetcher.documents import Entry
from fetcher.entries import entry_keys
from fetcher.reading import PageResult
from fetcher.runs import Run, Runs
from fetcher.source_models import Source


class Deliver:
    """Call with an entry in work and what was read of its page; closes the entry when it is done with."""

    def __init__(self, desk: Desk, runs: Runs) -> None:
        self._desk, self._runs = desk, runs

    def __call__(self, run: Run, entry: Entry, result: PageResult) -> None:
        source, feed = run.source, run.document
        reading = Reading(entry, result.page, feed.title, feed.language, result.task.is_recheck)
        built = build(source, reading, self._known(entry, source), self._desk.clock.now())
        shard = self._desk.shard(source)
        if shard is None:
            # The partition went to another fetcher meanwhile: it reads this entry itself.
            self._runs.close(run, entry.guid)
            return
        if built.article is None:
            self._desk.remember_article(source, shard, built.article_id, built.state)
            self._runs.close(run, entry.guid)
            return
        run.found_new += built.article.revision == 1
        article, state = built.article, built.state

        def done(is_delivered: bool) -> None:
            if is_delivered:
                report.delivered(source.id, built)
                # The share may have gone and come back meanwhile, with a memory of its own.
                self._desk.remember_article(source, self._desk.shard(source) or shard, article.id, state)
            else:
                run.lost += 1
            self._runs.close(run, entry.guid)

        self._desk.outbox.publish(article, done)

    def _known(self, entry: Entry, source: Source) -> tuple[str, ArticleState] | None:
        found = self._desk.memory.find(entry_keys(entry, source.id))
        if found is None and entry.article_id:
            shard = self._desk.shard(source)
            state = shard.article(entry.article_id) if shard else None
            return (entry.article_id, state) if state else None
        state = found[0].article(found[1].article_id) if found else None
        return (found[1].article_id, state) if found and state else None
