"""Hot reload: sources.yaml is watched through its folder, and a bad new version leaves the old one in force."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from stancewatch_shared import metrics
from stancewatch_shared.errors import UserError
from stancewatch_shared.logs import get_logger
from watchfiles import watch

from fetcher.sources import Catalogue, load_catalogue

FILE = "sources"
# Network file systems do not tell of changes: the files are looked at so often whether told or not.
LOOK_MILLISECONDS = 3_000


class CatalogueWatch:
    """Loads the catalogue (UserError when it is bad at start) and notices newer ones while in use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = self._stamps()
        self.current = load_catalogue(path)
        metrics.CONFIG_RELOAD_OK.labels(FILE).set(1)
        self._newer: queue.SimpleQueue[Catalogue] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch-sources", daemon=True)

    def newer(self) -> Catalogue | None:
        """The newest catalogue since the last call, or None."""
        found = None
        while not self._newer.empty():
            found = self._newer.get()
        return found

    def reload(self) -> None:
        """Read the files again; on an error say so and keep what is in force."""
        try:
            catalogue = load_catalogue(self._path)
        except UserError as error:
            metrics.CONFIG_RELOADS.labels(FILE, "refused").inc()
            metrics.CONFIG_RELOAD_OK.labels(FILE).set(0)
            get_logger().error("sources_refused", reason=str(error), kept=len(self.current.sources))
            return
        metrics.CONFIG_RELOADS.labels(FILE, "loaded").inc()
        metrics.CONFIG_RELOAD_OK.labels(FILE).set(1)
        self.current = catalogue
        self._newer.put(catalogue)

    def _run(self) -> None:
        for _ in self._wake_ups():
            stamps = self._stamps()
            if stamps != self._seen:
                self._seen = stamps
                self.reload()

    def _wake_ups(self) -> Iterator[object]:
        # The folder, not the file: editors and ConfigMaps replace files rather than write them.
        folder = self._path if self._path.is_dir() else self._path.parent
        try:
            yield from watch(
                folder,
                stop_event=self._stop,
                rust_timeout=LOOK_MILLISECONDS,
                yield_on_timeout=True,
                recursive=False,
            )
        except OSError as error:
            # The system's number of watches is limited, and other programs use them too.
            get_logger().warning("folder_not_watched", folder=str(folder), reason=str(error))
            while not self._stop.wait(LOOK_MILLISECONDS / 1000):
                yield None

    def _stamps(self) -> dict[str, tuple[int, int, int]]:
        """What the files look like from outside, links followed: a ConfigMap swaps a link to a folder."""
        files = self._path.glob("sources*") if self._path.is_dir() else [self._path]
        found = {}
        for file in files:
            with contextlib.suppress(OSError):
                stat = file.stat()
                found[file.name] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        return found

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(timeout=6)
