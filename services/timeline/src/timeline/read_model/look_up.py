"""What the pages ask of changes, positions, names and verdicts."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

_CHANGE = """SELECT c.*, a.name AS actor_name, i.name AS issue_name, i.proposition AS proposition
FROM changes AS c JOIN actors AS a ON a.id = c.actor_id JOIN issues AS i ON i.id = c.issue_id"""

# Withdrawn changes have no number: they began no position.
_NUMBERED = """SELECT c.*, a.name AS actor_name, i.name AS issue_name, i.proposition AS proposition, n.number
FROM changes AS c JOIN actors AS a ON a.id = c.actor_id JOIN issues AS i ON i.id = c.issue_id
LEFT JOIN (
  SELECT id, ROW_NUMBER() OVER (ORDER BY seq) AS number FROM changes
  WHERE actor_id = ? AND issue_id = ? AND status <> 'withdrawn'
) AS n ON n.id = c.id"""
# A longer list helps nobody to choose; the search by words finds the rest.
MOST_CHOICES = 500


@dataclass(frozen=True)
class ChangeFilters:
    """Which changes; empty values do not filter."""

    actor: str = ""
    issue: str = ""
    kind: str = ""
    status: str = ""


def find_changes(
    connection: sqlite3.Connection, filters: ChangeFilters, before: int | None = None, limit: int = 30
) -> tuple[list[sqlite3.Row], int | None]:
    """Changes, newest first, and the cursor of the next page."""
    wanted = {
        "c.actor_id": filters.actor,
        "c.issue_id": filters.issue,
        "c.kind": filters.kind,
        "c.status": filters.status,
    }
    where = [f"{column} = ?" for column, value in wanted.items() if value]
    values: list[object] = [value for value in wanted.values() if value]
    if before is not None:
        where.append("c.seq < ?")
        values.append(before)
    condition = f"WHERE {' AND '.join(where)}" if where else ""
    rows = connection.execute(
        f"{_CHANGE} {condition} ORDER BY c.seq DESC LIMIT ?", [*values, limit + 1]
    ).fetchall()
    more = len(rows) > limit
    return rows[:limit], rows[limit - 1]["seq"] if more else None


def changes_of_pair(
    connection: sqlite3.Connection, actor_id: str, issue_id: str, limit: int = 20
) -> list[sqlite3.Row]:
    """The newest changes of an actor on an issue, the newest first, with ``number`` as the picture counts them."""
    return connection.execute(
        f"{_NUMBERED} WHERE c.actor_id = ? AND c.issue_id = ? ORDER BY c.seq DESC LIMIT ?",
        (actor_id, issue_id, actor_id, issue_id, limit),
    ).fetchall()


def get_change(connection: sqlite3.Connection, change_id: str) -> sqlite3.Row | None:
    """A change by its id."""
    row: sqlite3.Row | None = connection.execute(f"{_CHANGE} WHERE c.id = ?", (change_id,)).fetchone()
    return row


def amended_by(connection: sqlite3.Connection, event_id: str) -> str | None:
    """The change that an amendment of this id belongs to."""
    row = connection.execute("SELECT change_id FROM change_events WHERE id = ?", (event_id,)).fetchone()
    return None if row is None else str(row["change_id"])


def events_of(connection: sqlite3.Connection, change_id: str) -> list[sqlite3.Row]:
    """The opening of a change and its amendments, in order."""
    return connection.execute(
        "SELECT id, event, payload FROM change_events WHERE change_id = ? ORDER BY seq", (change_id,)
    ).fetchall()


def get_actor(connection: sqlite3.Connection, actor_id: str) -> sqlite3.Row | None:
    """An actor by id."""
    row: sqlite3.Row | None = connection.execute("SELECT * FROM actors WHERE id = ?", (actor_id,)).fetchone()
    return row


def get_issue(connection: sqlite3.Connection, issue_id: str) -> sqlite3.Row | None:
    """An issue by id."""
    row: sqlite3.Row | None = connection.execute("SELECT * FROM issues WHERE id = ?", (issue_id,)).fetchone()
    return row


def list_actors(connection: sqlite3.Connection, limit: int = 1000, offset: int = 0) -> list[sqlite3.Row]:
    """Actors by name."""
    return connection.execute(
        "SELECT * FROM actors ORDER BY name COLLATE NOCASE, id LIMIT ? OFFSET ?", (limit, offset)
    ).fetchall()


def list_issues(connection: sqlite3.Connection, limit: int = 1000, offset: int = 0) -> list[sqlite3.Row]:
    """Issues by name."""
    return connection.execute(
        "SELECT * FROM issues ORDER BY name COLLATE NOCASE, id LIMIT ? OFFSET ?", (limit, offset)
    ).fetchall()


def actor_choices(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Actors as (id, name) for a form."""
    return [(row["id"], row["name"]) for row in list_actors(connection, MOST_CHOICES)]


def issue_choices(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Issues as (id, name) for a form."""
    return [(row["id"], row["name"]) for row in list_issues(connection, MOST_CHOICES)]


def positions_among(
    connection: sqlite3.Connection, actor_ids: Sequence[str], issue_ids: Sequence[str]
) -> dict[tuple[str, str], sqlite3.Row]:
    """Positions in force by (actor, issue)."""
    marks = (",".join("?" * len(actor_ids)), ",".join("?" * len(issue_ids)))
    rows = connection.execute(
        f"SELECT * FROM positions WHERE actor_id IN ({marks[0]}) AND issue_id IN ({marks[1]})",  # noqa: S608 - question marks only
        [*actor_ids, *issue_ids],
    )
    return {(row["actor_id"], row["issue_id"]): row for row in rows}


def list_positions(
    connection: sqlite3.Connection, actor_id: str = "", issue_id: str = "", limit: int = 500
) -> list[sqlite3.Row]:
    """Positions in force with names, of one actor or on one issue or all, the newest first."""
    return connection.execute(
        "SELECT p.*, a.name AS actor_name, i.name AS issue_name, i.proposition AS proposition FROM positions AS p "
        "JOIN actors AS a ON a.id = p.actor_id JOIN issues AS i ON i.id = p.issue_id "
        "WHERE (? = '' OR p.actor_id = ?) AND (? = '' OR p.issue_id = ?) ORDER BY p.since DESC LIMIT ?",
        (actor_id, actor_id, issue_id, issue_id, limit),
    ).fetchall()


def get_position(connection: sqlite3.Connection, actor_id: str, issue_id: str) -> sqlite3.Row | None:
    """The position in force of an actor on an issue."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM positions WHERE actor_id = ? AND issue_id = ?", (actor_id, issue_id)
    ).fetchone()
    return row


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """How much there is of everything."""
    tables = ("actors", "issues", "changes", "positions", "verdicts", "unreadable")
    found = {
        name: int(connection.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0])  # noqa: S608
        for name in tables
    }
    found["statements"] = int(
        connection.execute("SELECT COALESCE(MAX(seq), 0) FROM statements").fetchone()[0]
    )
    return found
