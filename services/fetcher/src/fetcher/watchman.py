"""A watchman with a clock: ends connections whose deadline has passed, whatever the server does.

Timeouts of a socket count from one byte to the next: a server that drips a byte every few seconds is never late.
"""

from __future__ import annotations

import threading
import time
from typing import Any

WATCH_INTERVAL_SECONDS = 0.25


class Watchman:
    """Shuts down sockets whose deadline (monotonic seconds) has passed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watched: dict[int, tuple[float, Any]] = {}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="deadlines", daemon=True)
        self._thread.start()

    def watch(self, connection: Any, deadline: float) -> None:
        """Shut `connection` down at `deadline` unless released before."""
        with self._lock:
            self._watched[id(connection)] = (deadline, connection)

    def release(self, connection: Any) -> None:
        """The request on `connection` has ended."""
        with self._lock:
            self._watched.pop(id(connection), None)

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()
        self._thread.join(timeout=2)

    def _watch(self) -> None:
        while not self._stopped.wait(WATCH_INTERVAL_SECONDS):
            now = time.monotonic()
            with self._lock:
                late = [key for key, (deadline, _) in self._watched.items() if deadline <= now]
                for key in late:
                    self._watched.pop(key)[1].shut_down()
