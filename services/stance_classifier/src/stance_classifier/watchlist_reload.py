"""Follows the watchlist file while the service runs: a good new one is taken over, a bad one is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from stancewatch_shared import metrics
from stancewatch_shared.errors import UserError
from stancewatch_shared.logs import get_logger
from watchfiles import awatch

from stance_classifier.watchlist import Watchlist, load_watchlist

# Some network volumes tell of no changes: look anyway, now and then.
LOOK_EVERY_MS = 15_000


class WatchlistFile:
    """One watchlist file and what was last read of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._digest: str | None = None

    def load(self) -> Watchlist:
        """Reads it at start. Raises UserError when it can't be used."""
        self._digest = self._content()
        watchlist = load_watchlist(self.path)
        _note_loaded(watchlist)
        return watchlist

    def load_if_changed(self) -> Watchlist | None:
        """The new watchlist, or None when it is unchanged or can't be used (then the old one stays in force)."""
        digest = self._content()
        if digest == self._digest:
            return None
        self._digest = digest
        try:
            watchlist = load_watchlist(self.path)
        except UserError as error:
            metrics.CONFIG_RELOADS.labels("watchlist", "refused").inc()
            metrics.CONFIG_RELOAD_OK.labels("watchlist").set(0)
            get_logger().error("watchlist_refused", reason=str(error), kept="the one that was in force")
            return None
        metrics.CONFIG_RELOADS.labels("watchlist", "loaded").inc()
        _note_loaded(watchlist)
        get_logger().info("watchlist_loaded", actors=len(watchlist.actors), issues=len(watchlist.issues))
        return watchlist

    def _content(self) -> str | None:
        try:
            return sha256(self.path.read_bytes()).hexdigest()
        except OSError:
            return None


def _note_loaded(watchlist: Watchlist) -> None:
    metrics.CONFIG_RELOAD_OK.labels("watchlist").set(1)
    metrics.WATCHLIST_ENTRIES.labels("actors").set(len(watchlist.actors))
    metrics.WATCHLIST_ENTRIES.labels("issues").set(len(watchlist.issues))


async def follow_watchlist(
    file: WatchlistFile, take_over: Callable[[Watchlist], None], stop: asyncio.Event | None = None
) -> None:
    """Calls `take_over` with each good new watchlist, until cancelled or `stop` is set.

    The folder is watched, not the file: Kubernetes swaps a ConfigMap by a link beside it.
    """
    folder = file.path.absolute().parent
    async for _ in awatch(
        folder,
        watch_filter=None,
        recursive=False,
        stop_event=stop,
        rust_timeout=LOOK_EVERY_MS,
        yield_on_timeout=True,
    ):
        if (watchlist := file.load_if_changed()) is not None:
            take_over(watchlist)
