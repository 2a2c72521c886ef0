"""Takes batches of records into the read model: rows and offsets in one transaction, so nothing counts twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence

from stancewatch_schemas.codec import InvalidMessage, decode
from stancewatch_schemas.models import StanceChange, Statement, Verdict
from stancewatch_shared import metrics
from stancewatch_shared.logs import get_logger
from stancewatch_shared.record import Record

from timeline.read_model.apply import put_change, put_statement, put_verdict
from timeline.read_model.database import get_meta, set_meta
from timeline.read_model.settle import settle
from timeline.read_model.show_positions import show_positions

MOST_UNREADABLE_KEPT = 1000


def _statement(connection: sqlite3.Connection, value: bytes) -> None:
    put_statement(connection, decode(Statement, value))


def _change(connection: sqlite3.Connection, value: bytes) -> None:
    put_change(connection, decode(StanceChange, value))


def _verdict(connection: sqlite3.Connection, value: bytes) -> None:
    put_verdict(connection, decode(Verdict, value))


# Every topic this service reads, and what becomes of its records.
HANDLERS: Mapping[str, Callable[[sqlite3.Connection, bytes], None]] = {
    "statements": _statement,
    "stance-changes": _change,
    "verdicts": _verdict,
}


class Writer:
    """The only one that changes the read model. Not thread-safe: one thread feeds it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        show_positions(connection)

    def next_offsets(self) -> dict[tuple[str, int], int]:
        """Where to read on, by (topic, partition)."""
        rows = self._connection.execute("SELECT topic, partition, next_offset FROM offsets")
        return {(row["topic"], row["partition"]): row["next_offset"] for row in rows}

    def take(self, records: Sequence[Record], *, settle_now: bool = True) -> int:
        """Take records in; returns how many were new. All or none: a crash leaves the model as it was.

        With ``settle_now`` false the positions are left for a later call (while catching up).
        """
        taken = 0
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            known = self.next_offsets()
            for record in records:
                place = (record.topic, record.partition)
                if record.offset < known.get(place, 0):
                    continue
                self._take_one(record)
                known[place] = record.offset + 1
                taken += 1
            self._connection.executemany(
                "INSERT OR REPLACE INTO offsets VALUES (?, ?, ?)",
                [(topic, partition, offset) for (topic, partition), offset in known.items()],
            )
            settled = settle(self._connection) if settle_now else 0
            if taken or settled:
                self._count_version()
        if settled:
            show_positions(self._connection)
        return taken

    def _take_one(self, record: Record) -> None:
        if record.value is None:
            return
        try:
            HANDLERS[record.topic](self._connection, record.value)
        except InvalidMessage as error:
            # Its writer's dead letters are for whoever acts on a record; this page only reads, and reads the
            # topics again at every start, so it keeps a list of its own instead of writing them once more.
            metrics.TIMELINE_UNREADABLE.labels(record.topic).inc()
            place = (record.topic, record.partition, record.offset)
            get_logger().warning("unreadable", topic=place[0], partition=place[1], offset=place[2])
            self._connection.execute(
                "INSERT OR REPLACE INTO unreadable SELECT ?, ?, ?, ? "
                "WHERE (SELECT COUNT(*) FROM unreadable) < ?",
                (*place, error.reason[:500], MOST_UNREADABLE_KEPT),
            )
        else:
            metrics.TIMELINE_RECORDS.labels(record.topic).inc()

    def forget_offsets(self) -> None:
        """Forget all offsets (the topics were created anew); rows stay: ids keep them from doubling."""
        with self._connection:
            self._connection.execute("DELETE FROM offsets")

    def _count_version(self) -> None:
        version = int(get_meta(self._connection, "version") or 0) + 1
        set_meta(self._connection, "version", str(version))
