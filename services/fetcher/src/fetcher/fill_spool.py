"""The first half of a backfill: everything that its inputs hold goes into the spool, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from stancewatch_schemas.models import Article
from stancewatch_shared.progress import progress

from fetcher.articles import build
from fetcher.folder import Problem
from fetcher.history import is_address, items_of
from fetcher.reading import Reader
from fetcher.source_models import Source
from fetcher.spool import Spool

BATCH = 500


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


def fill_spool(store: Spool, inputs: list[str], tools: Reader, wanted: Wanted) -> list[Problem]:
    """Read what was not read yet; what was refused comes back. Interrupted, it goes on from the last batch.

    A file that has changed since is read anew. So is a feed, unless articles of an earlier reading still wait.
    """
    problems: list[Problem] = []
    waits = store.counts()[1] > 0
    for name in inputs:
        key = name if is_address(name) else _version_of(Path(name))
        taken, is_done = store.taken(key)
        if is_done and (waits or not is_address(name)):
            continue
        problems += _read(store, name, key, 0 if is_done else taken, tools, wanted)
    return problems


def _read(store: Spool, name: str, key: str, taken: int, tools: Reader, wanted: Wanted) -> list[Problem]:
    source = Source(id="backfill", name=wanted.outlet, type="folder", path=Path())
    problems: list[Problem] = []
    batch: list[Article] = []
    position = 0
    for item in progress(items_of(name, tools), f"reading {name.rpartition('/')[2][:40]}"):
        position += 1
        if position <= taken or item is None:
            continue
        if isinstance(item, Problem):
            problems.append(item)
            continue
        article = build(source, item, None, datetime.now(UTC)).article
        if article is not None and wanted.includes(article):
            batch.append(article.model_copy(update={"backfill": True, "source_id": None}))
        if len(batch) >= BATCH:
            store.add(batch, key, position, is_done=False)
            batch = []
    store.add(batch, key, position, is_done=True)
    return problems


def _version_of(path: Path) -> str:
    stat = path.stat()
    return f"{path} {stat.st_mtime_ns} {stat.st_size}"
