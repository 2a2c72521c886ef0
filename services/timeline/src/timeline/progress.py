"""How far the read model has come: shared between the reading thread and the pages."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass
class Progress:
    """Numbers of records. ``caught_up`` stays true once the ends seen at the start were reached."""

    read: int = 0
    expected: int = 0
    caught_up: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def expect(self, records: int) -> None:
        """Called once the ends of the topics are known."""
        with self._lock:
            self.expected = records

    def add(self, records: int) -> None:
        """Called for each batch."""
        with self._lock:
            self.read += records

    def done(self) -> None:
        """Called when the ends are reached."""
        with self._lock:
            self.caught_up = True

    def not_ready_reason(self) -> str | None:
        """None when everything that was there at the start can be seen."""
        with self._lock:
            if self.caught_up:
                return None
            if not self.expected:
                return "has not reached Kafka yet"
            return f"still reading the topics: {self.read} of {self.expected} records"
