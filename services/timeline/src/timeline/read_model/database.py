"""Opens the read model: one writer, many read-only readers."""

from __future__ import annotations

import sqlite3
import threading
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from stancewatch_shared.errors import UserError

SCHEMA = (files("timeline.read_model") / "schema.sql").read_text(encoding="utf-8")
# A file written with another schema is thrown away and rebuilt: there is nothing to migrate.
SCHEMA_VERSION = sha256(SCHEMA.encode()).hexdigest()[:16]
BUSY_SECONDS = 10.0
_NOT_OURS = "is not a read model of the timeline; set STANCEWATCH_TIMELINE_DATABASE to a file of its own"


def open_writer(path: Path) -> sqlite3.Connection:
    """The one connection that writes; creates the tables, or starts afresh where the schema is another.

    Raises UserError where the file is not ours: it is never overwritten.
    """
    connection = _connect(path)
    if _version_of(connection, path) != SCHEMA_VERSION:
        connection.close()
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        connection = _connect(path)
        connection.executescript(SCHEMA)
        set_meta(connection, "schema", SCHEMA_VERSION)
        set_meta(connection, "version", "0")
        connection.commit()
    return connection


def _connect(path: Path) -> sqlite3.Connection:
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        # A crash of the machine may lose the last moments; they are read again from the topics.
        connection.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        raise UserError(f"{_NOT_OURS} ({error})", path) from None
    return connection


def _version_of(connection: sqlite3.Connection, path: Path) -> str | None:
    tables = {
        row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    if tables and not {"meta", "statements", "change_events"} <= tables:
        connection.close()
        raise UserError(_NOT_OURS, path)
    return get_meta(connection, "schema") if tables else None


def get_meta(connection: sqlite3.Connection, name: str) -> str | None:
    """A single value kept with the model, or None."""
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row["value"])


def set_meta(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Keep a single value with the model."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))


class Readers:
    """A read-only connection for each thread that answers requests."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    def connection(self) -> sqlite3.Connection:
        """This thread's connection. It cannot write."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = sqlite3.connect(
                f"{self._path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS
            )
            found.row_factory = sqlite3.Row
            found.execute("PRAGMA query_only = ON")
            found.execute("PRAGMA cache_size = -16000")
            self._local.connection = found
        return found
