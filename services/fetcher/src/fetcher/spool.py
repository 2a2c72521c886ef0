"""A backfill's spool: articles on disk, put in order of publication, ticked off as they are delivered.

SQLite, since history may be larger than memory and an interrupted import must go on where it stopped.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from stancewatch_schemas.codec import decode, encode
from stancewatch_schemas.models import Article

LAYOUT = """
CREATE TABLE IF NOT EXISTS inputs (name TEXT PRIMARY KEY, taken INTEGER NOT NULL, is_done INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS articles (
  id TEXT PRIMARY KEY, published TEXT NOT NULL, message BLOB NOT NULL, is_sent INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS waiting ON articles (is_sent, published);
"""


def spool_path(folder: Path, inputs: Iterable[str], topic: str) -> Path:
    """The spool of these inputs: the same command line finds the same spool."""
    digest = sha256("\n".join([topic, *sorted(inputs)]).encode()).hexdigest()[:16]
    return folder / f"backfill-{digest}.sqlite"


class Spool:
    """Use as a context manager."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._database = sqlite3.connect(path)
        self._database.executescript(LAYOUT)

    def taken(self, name: str) -> tuple[int, bool]:
        """How many items of an input were read, and whether all were."""
        row = self._database.execute("SELECT taken, is_done FROM inputs WHERE name = ?", (name,)).fetchone()
        return (row[0], bool(row[1])) if row else (0, False)

    def add(self, articles: list[Article], name: str, taken: int, is_done: bool) -> None:
        """Store articles and how far their input was read, together or not at all. The first of an id stays."""
        rows = [(article.id, article.published_at.isoformat(), encode(article)) for article in articles]
        with self._database:
            self._database.executemany(
                "INSERT OR IGNORE INTO articles (id, published, message) VALUES (?, ?, ?)", rows
            )
            self._database.execute(
                "INSERT INTO inputs VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET taken = ?, is_done = ?",
                (name, taken, is_done, taken, is_done),
            )

    def has(self, article_id: str) -> bool:
        """Whether an article is stored, sent or not."""
        row = self._database.execute("SELECT 1 FROM articles WHERE id = ?", (article_id,)).fetchone()
        return row is not None

    def counts(self) -> tuple[int, int]:
        """Articles in all, and those that wait."""
        total, waiting = self._database.execute(
            "SELECT count(*), coalesce(sum(NOT is_sent), 0) FROM articles"
        ).fetchone()
        return total, waiting

    def waiting(self, size: int) -> Iterator[list[Article]]:
        """Batches of articles that wait, oldest first. Mark each batch before the next is asked for."""
        query = "SELECT message FROM articles WHERE NOT is_sent ORDER BY published, id LIMIT ?"
        while rows := self._database.execute(query, (size,)).fetchall():
            yield [decode(Article, row[0]) for row in rows]

    def mark_sent(self, articles: Iterable[Article]) -> None:
        """Tick off what the broker has."""
        with self._database:
            self._database.executemany(
                "UPDATE articles SET is_sent = 1 WHERE id = ?", [(article.id,) for article in articles]
            )

    def forget_sent(self) -> None:
        """Let everything be sent again."""
        with self._database:
            self._database.execute("UPDATE articles SET is_sent = 0")

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
