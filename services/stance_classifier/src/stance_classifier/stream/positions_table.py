"""The table of positions: bytes by key, each write awaited until its changelog record is acknowledged.

faust commits a source offset without making sure that the changelog record is written (its flush gives up after
0.1 s), so a kill in between would lose an update. Here a write returns when the broker has it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol


class PositionsTable(Protocol):
    """What is remembered by key."""

    def get(self, key: bytes) -> bytes | None: ...

    async def put_all(self, values: Mapping[bytes, tuple[int, bytes]]) -> None:
        """Writes key -> (partition of the source, value); returns once all are acknowledged."""
        ...


class FaustPositionsTable:
    """A faust table in memory, restored from its changelog."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def get(self, key: bytes) -> bytes | None:
        value: bytes | None = self._table.data.get(key)
        return value

    async def put_all(self, values: Mapping[bytes, tuple[int, bytes]]) -> None:
        sent = [
            self._table.send_changelog(partition, key, value) for key, (partition, value) in values.items()
        ]
        await asyncio.gather(*sent)
        for key, (_, value) in values.items():
            self._table.data[key] = value
