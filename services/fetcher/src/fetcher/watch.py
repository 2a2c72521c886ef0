"""Hot reload: sources.yaml is watched through its folder, and a bad new version leaves the old one in force."""

from __future__ import annotations

import queue
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from stancewatch_shared import metrics
from stancewatch_shared.errors import UserError
from stancewatch_shared.logs import get_logger
from watchfiles import watch

from fetcher.sources import Catalogue, load_catalogue

FILE = "sources"
# Network file systems and mounted ConfigMaps do not always tell of changes.
POLL_MILLISECONDS = 5_000


class CatalogueWatch:
    """Loads the catalogue (UserError when it is bad at start) and notices newer ones while in use."""

    def __init__(self, path: Path) -> None:
        self._path = path
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
        # The folder, not the file: editors and ConfigMaps replace files rather than write them.
        folder = self._path if self._path.is_dir() else self._path.parent
        for changes in watch(folder, stop_event=self._stop, rust_timeout=POLL_MILLISECONDS, recursive=True):
            if any(self._concerns(Path(name)) for _, name in changes):
                self.reload()

    def _concerns(self, changed: Path) -> bool:
        # A ConfigMap swaps a folder called ..data; everything else is a file of the right name.
        return changed.name.startswith(("sources", "..data", self._path.name))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(timeout=6)
