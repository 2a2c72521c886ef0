"""Silences: kept in the compacted topic ``silences``, followed while the service runs."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime

from stancewatch_schemas.codec import InvalidMessage, decode
from stancewatch_schemas.models import Silence
from stancewatch_shared.logs import get_logger


class Silences:
    """The newest word on each silence. Thread-safe."""

    def __init__(self, silences: Iterable[Silence] = ()) -> None:
        self._lock = threading.Lock()
        self._by_id = {each.id: each for each in silences}

    def note(self, key: bytes | None, value: bytes | None) -> None:
        """Take in a record of the topic. A broken one is told in the log and mutes nothing."""
        silence_id = (key or b"").decode("utf-8", "replace")
        with self._lock:
            if value is None:
                self._by_id.pop(silence_id, None)
                return
            try:
                silence = decode(Silence, value)
            except InvalidMessage as error:
                get_logger().warning("silence_ignored", id=silence_id, reason=error.reason)
                return
            self._by_id[silence.id] = silence

    def in_force(self, now: datetime) -> list[Silence]:
        """Those that mute at ``now``."""
        return [each for each in self.all() if each.starts_at <= now < each.expires_at]

    def all(self) -> list[Silence]:
        """All known, by expiry."""
        with self._lock:
            return sorted(self._by_id.values(), key=lambda each: (each.expires_at, each.id))
