"""The two things done on the network, in a worker thread: ask a source, and read an article's page."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from fetcher.documents import Entry, FeedDocument, PageDocument
from fetcher.fetch import Fetch
from fetcher.folder import FolderReader
from fetcher.identity import host_of
from fetcher.marks import Mark
from fetcher.outcomes import Fetched, Hop, Outcome, Refusal, Refused, Throttled
from fetcher.parse_pool import Parse
from fetcher.robots import RobotsCache
from fetcher.source_models import Source

# Of a sitemap index only the newest are read: the rest is history, which is what backfill is for.
MAX_SITEMAPS = 3


@dataclass(frozen=True)
class PollTask:
    """Ask one source."""

    source: Source
    url: str
    etag: str | None = None
    last_modified: str | None = None
    # Redirects that were followed before the next host had to be waited for.
    hops: tuple[Hop, ...] = ()

    @property
    def host(self) -> str:
        """The lane it runs in."""
        if not self.url:
            return f"folder:{self.source.id}"
        return host_of(self.hops[-1].url if self.hops else self.url)


@dataclass(frozen=True)
class PageTask:
    """Read one article's page."""

    source: Source
    entry: Entry
    attempt: int = 1
    is_recheck: bool = False
    not_before: float = 0.0
    hops: tuple[Hop, ...] = ()

    @property
    def host(self) -> str:
        """The lane it runs in."""
        return host_of(self.hops[-1].url if self.hops else self.entry.link or "")


Task = PollTask | PageTask


@dataclass(frozen=True)
class PollResult:
    """`document` is there exactly when `outcome` is Fetched and could be parsed."""

    task: PollTask
    outcome: Outcome
    document: FeedDocument | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class PageResult:
    """`page` is there exactly when `outcome` is Fetched and could be parsed."""

    task: PageTask
    outcome: Outcome
    page: PageDocument | None = None
    seconds: float = 0.0


@dataclass
class Reader:
    """Carries tasks out. Never raises for anything a foreign server does.

    With `hands_back` a task whose next host is not free ends as HandedBack, so that no thread waits for it.
    """

    fetch: Fetch
    parse: Parse
    robots: RobotsCache
    hands_back: bool = False
    folders: FolderReader = field(default_factory=FolderReader)

    def poll(self, task: PollTask) -> PollResult:
        """Ask a source: fetch and parse."""
        if task.source.type == "folder":
            return PollResult(task, *self.folders.read(task.source, task.etag, self.parse))
        started = time.monotonic()
        outcome = self.fetch(
            task.url, task.etag, task.last_modified, past=task.hops, hands_back=self.hands_back
        )
        document = None
        if isinstance(outcome, Fetched):
            outcome, document = self._read(task.source, outcome)
        return PollResult(task, outcome, document, time.monotonic() - started)

    def read_page(self, task: PageTask) -> PageResult:
        """Read an article's page, if the robots.txt of each host on the way lets us."""
        started = time.monotonic()
        outcome = self.fetch(
            task.entry.link or "", manners=self.robots, past=task.hops, hands_back=self.hands_back
        )
        page = None
        if isinstance(outcome, Fetched):
            head = {"job": "page", "url": outcome.url, "content_type": outcome.headers.get("content-type")}
            parsed = self.parse(PageDocument, head, outcome.body)
            if isinstance(parsed, Refused):
                outcome = parsed
            elif not Mark(parsed.mark).is_article:
                outcome = Refused(Refusal.NOT_PARSEABLE, f"the page holds no article: {parsed.mark}")
            else:
                page = parsed
        return PageResult(task, outcome, page, time.monotonic() - started)

    def _read(self, source: Source, fetched: Fetched) -> tuple[Outcome, FeedDocument | None]:
        parsed = self._parse_source(source, fetched)
        if isinstance(parsed, Refused):
            return parsed, None
        if source.type == "sitemap" and parsed.more:
            return self._through_index(source, fetched, parsed)
        return fetched, parsed

    def _through_index(
        self, source: Source, fetched: Fetched, index: FeedDocument
    ) -> tuple[Outcome, FeedDocument | None]:
        """The entries of the newest sitemaps that an index names; the first one's failure if none can be read."""
        entries: list[Entry] = []
        title = ""
        failure: Outcome | None = None
        for url in index.more[:MAX_SITEMAPS]:
            outcome = self.fetch(url)
            parsed = self._parse_source(source, outcome) if isinstance(outcome, Fetched) else outcome
            if isinstance(parsed, FeedDocument):
                entries.extend(parsed.entries)
                title = title or parsed.title
                continue
            failure = failure or parsed
            if isinstance(parsed, Throttled):
                break
        if failure is not None and not entries:
            return failure, None
        found = {"entries": tuple(entries[: source.max_entries]), "title": title}
        return fetched, index.model_copy(update=found)

    def _parse_source(self, source: Source, fetched: Fetched) -> FeedDocument | Refused:
        head = {
            "job": {"feed": "feed", "sitemap": "sitemap", "page": "links"}[source.type],
            "url": fetched.url,
            "content_type": fetched.headers.get("content-type"),
            "max_entries": source.max_entries,
            "link_pattern": source.link_pattern,
        }
        return self.parse(FeedDocument, head, fetched.body)
