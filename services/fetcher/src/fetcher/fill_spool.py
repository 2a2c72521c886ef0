"""The first half of a backfill: everything that its inputs hold goes into the spool, once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from stancewatch_schemas.models import Article
from stancewatch_shared.progress import progress

from fetcher.articles import build
from fetcher.entries import id_of
from fetcher.folder import Problem
from fetcher.history import Item, is_address, items_of
from fetcher.reading import Reader
from fetcher.source_models import Source
from fetcher.spool import Spool

BATCH = 500
# Each article of a feed may have cost its site a request: little is to be lost with a process that is killed.
FEED_BATCH = 20


@dataclass(frozen=True)
class Wanted:
    """Which articles: published from `since` until before `until` (days, UTC); `outlet` names those without one."""

    outlet: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def includes(self, article: Article) -> bool:
        """Whether an article lies within."""
        published = article.published_at
        if self.since is not None and published < self.since.replace(tzinfo=UTC):
            return False
        return self.until is None or published < self.until.replace(tzinfo=UTC)


@dataclass
class LeftOut:
    """What did not go into the spool this time."""

    problems: list[Problem] = field(default_factory=list)
    # Front pages, images, redirects, and pages without a date.
    no_articles: int = 0
    # Before `since` or after `until`.
    outside: int = 0


def fill_spool(store: Spool, inputs: list[str], tools: Reader, wanted: Wanted) -> LeftOut:
    """Read what was not read yet. Interrupted, it goes on from the last batch.

    A file that has changed since is read anew. So is a feed, unless articles of an earlier reading still wait; pages
    that were read are not asked for again.
    """
    left_out = LeftOut()
    waits = store.counts()[1] > 0
    for name in inputs:
        key = name if is_address(name) else _version_of(Path(name))
        taken, is_done = store.taken(key)
        if is_done and (waits or not is_address(name)):
            continue
        _read(store, name, key, 0 if is_done else taken, tools, wanted, left_out)
    return left_out


def _read(
    store: Spool, name: str, key: str, taken: int, tools: Reader, wanted: Wanted, left_out: LeftOut
) -> None:
    source = Source(id="backfill", name=wanted.outlet, type="folder", path=Path())
    batch: list[Article] = []
    position = 0
    items = items_of(name, tools, lambda entry: store.has(id_of(entry, source.id, None)))
    try:
        for item in progress(items, f"reading {name.rpartition('/')[2][:40]}"):
            # Of a feed, other entries come in the same places the next time; those that are known do not come.
            if position >= taken or is_address(name):
                _sort(item, source, wanted, batch, left_out)
            position += 1
            if len(batch) >= (FEED_BATCH if is_address(name) else BATCH):
                store.add(batch, key, position, is_done=False)
                batch = []
    except BaseException:
        store.add(batch, key, position, is_done=False)
        raise
    store.add(batch, key, position, is_done=True)


def _sort(item: Item | None, source: Source, wanted: Wanted, batch: list[Article], left_out: LeftOut) -> None:
    if item is None:
        left_out.no_articles += 1
        return
    if isinstance(item, Problem):
        left_out.problems.append(item)
        return
    article = build(source, item, None, datetime.now(UTC)).article
    if article is None:
        return
    if wanted.includes(article):
        batch.append(article.model_copy(update={"backfill": True, "source_id": None}))
    else:
        left_out.outside += 1


def _version_of(path: Path) -> str:
    stat = path.stat()
    return f"{path} {stat.st_mtime_ns} {stat.st_size}"
