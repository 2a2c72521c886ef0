"""The first half of a backfill: everything that its inputs hold goes into the spool, once."""

from __future__ import annotations

from dataclasses import dataclass, field
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

    A file that has changed since is read anew. So is a feed, unless articles of an earlier reading still wait.
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
    for item in progress(items_of(name, tools), f"reading {name.rpartition('/')[2][:40]}"):
        position += 1
        if position <= taken:
            continue
        if item is None:
            left_out.no_articles += 1
            continue
        if isinstance(item, Problem):
            left_out.problems.append(item)
            continue
        article = build(source, item, None, datetime.now(UTC)).article
        if article is not None and not wanted.includes(article):
            left_out.outside += 1
        elif article is not None:
            batch.append(article.model_copy(update={"backfill": True, "source_id": None}))
        if len(batch) >= BATCH:
            store.add(batch, key, position, is_done=False)
            batch = []
    store.add(batch, key, position, is_done=True)


def _version_of(path: Path) -> str:
    stat = path.stat()
    return f"{path} {stat.st_mtime_ns} {stat.st_size}"
