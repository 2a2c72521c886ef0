"""The routes in force: read at start, read again when the file changes; a bad file changes nothing.

The content is compared, not times: a ConfigMap is swapped by a symbolic link, and watching the
file itself would miss that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from stancewatch_shared import metrics
from stancewatch_shared.errors import UserError
from stancewatch_shared.logs import get_logger

from alerting.routes import Routes, load_routes
from alerting.settings import AlertingSettings, default_routes


class RoutesFile:
    """``routes`` after ``load``. Without a file the environment decides, and nothing is ever newer."""

    def __init__(self, settings: AlertingSettings) -> None:
        self._settings = settings
        self._path: Path | None = settings.alerting_routes
        self._digest = ""
        self._routes: Routes | None = None

    @property
    def routes(self) -> Routes:
        if self._routes is None:
            raise RuntimeError("load() comes first")
        return self._routes

    def load(self) -> Routes:
        """Raises UserError with file, line and reason."""
        if self._path is None:
            self._routes = default_routes(self._settings)
        else:
            self._digest = _digest(self._path)
            self._routes = load_routes(self._path)
            metrics.CONFIG_RELOADS.labels("routes", "loaded").inc()
            metrics.CONFIG_RELOAD_OK.labels("routes").set(1)
        return self._routes

    def newer(self) -> Routes | None:
        """New routes when the file has changed and is in order, else None. Cheap: reads a small file."""
        if self._path is None:
            return None
        digest = _digest(self._path)
        if digest == self._digest:
            return None
        self._digest = digest
        try:
            return load_routes(self._path)
        except UserError as error:
            self._refuse(error)
            return None

    def accept(self, apply: Callable[[Routes], None], routes: Routes) -> None:
        """Put ``routes`` in force by ``apply``; if it raises UserError, the old ones stay."""
        try:
            apply(routes)
        except UserError as error:
            self._refuse(error)
            return
        self._routes = routes
        metrics.CONFIG_RELOADS.labels("routes", "loaded").inc()
        metrics.CONFIG_RELOAD_OK.labels("routes").set(1)
        get_logger().info("routes_reloaded", receivers=len(routes.receivers), routes=len(routes.routes))

    @staticmethod
    def _refuse(error: UserError) -> None:
        metrics.CONFIG_RELOADS.labels("routes", "refused").inc()
        metrics.CONFIG_RELOAD_OK.labels("routes").set(0)
        get_logger().error("routes_refused_old_ones_stay", reason=str(error))


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "unreadable"
