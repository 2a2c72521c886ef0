"""The position in force of an actor on an issue, and the positions before it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from stancewatch_schemas.codec import decode
from stancewatch_schemas.models import PositionRef, StanceChange

from timeline.plain_text import plain
from timeline.read_model.apply import moment
from timeline.read_model.changes import AMENDED, WITHDRAWN
from timeline.report import report_of

BASELINE, CHANGE = "baseline", "change"

# What the reader holds before any change it tells of: the newest word of history loaded on purpose (which
# moves positions without a message), else the first counting statement that arrived; a recap only where
# there is nothing else.
_BASELINE = """
SELECT stance, conditional, quote, source, url, said_at FROM statements
WHERE actor_id = ? AND issue_id = ? AND kind = 'statement' AND counts AND stance <> 'none'
  AND struck_by IS NULL AND replaced_by IS NULL
ORDER BY recap, NOT backfill, CASE WHEN backfill THEN said_at END DESC, seq LIMIT 1
"""
# Since when it was held: the first statement of that stance after the last one of another.
_SINCE = """
SELECT MIN(said_at) AS since FROM statements
WHERE actor_id = :actor AND issue_id = :issue AND kind = 'statement' AND counts AND stance = :stance
  AND struck_by IS NULL AND replaced_by IS NULL AND said_at <= :said_at
  AND said_at > COALESCE((
    SELECT MAX(said_at) FROM statements
    WHERE actor_id = :actor AND issue_id = :issue AND kind = 'statement' AND counts
      AND stance NOT IN (:stance, 'none') AND struck_by IS NULL AND replaced_by IS NULL AND said_at < :said_at
  ), '')
"""


@dataclass(frozen=True)
class Position:
    """A stance in force from ``since`` (RFC 3339, UTC) on; ``change_id`` is None for a baseline."""

    stance: str
    conditional: bool
    since: str
    quote: str
    source: str
    url: str
    change_id: str | None = None


@dataclass(frozen=True)
class Decided:
    """A change as it stands, with the later messages that added or dropped a condition."""

    change_id: str
    status: str
    head: StanceChange
    conditions: tuple[StanceChange, ...] = ()


def positions_of(connection: sqlite3.Connection, actor_id: str, issue_id: str) -> list[Position]:
    """All positions in the order they came into force; the last one is in force now. May be empty."""
    rows = connection.execute(
        "SELECT stance, conditional, since, quote, source, url, change_id FROM position_history "
        "WHERE actor_id = ? AND issue_id = ? ORDER BY number",
        (actor_id, issue_id),
    )
    return [Position(row[0], bool(row[1]), *row[2:]) for row in rows]


def _work_out(connection: sqlite3.Connection, actor_id: str, issue_id: str) -> list[Position]:
    rows = connection.execute(
        "SELECT id, status, head FROM changes WHERE actor_id = ? AND issue_id = ? ORDER BY seq",
        (actor_id, issue_id),
    ).fetchall()
    changes = [
        Decided(
            row["id"],
            row["status"],
            decode(StanceChange, row["head"].encode()),
            _conditions(connection, row["id"]) if row["status"] == AMENDED else (),
        )
        for row in rows
    ]
    baseline = connection.execute(_BASELINE, (actor_id, issue_id)).fetchone()
    found = None
    if baseline is not None:
        stance, conditional, quote, source, url, said_at = baseline
        found = Position(stance, bool(conditional), said_at, quote, source, url)
    positions = sequence(found, changes)
    if positions:
        first = positions[0]
        row = connection.execute(
            _SINCE, {"actor": actor_id, "issue": issue_id, "stance": first.stance, "said_at": first.since}
        ).fetchone()
        positions[0] = replace(first, since=row["since"] or first.since)
    return positions


def sequence(baseline: Position | None, changes: Sequence[Decided]) -> list[Position]:
    """Positions from the baseline and from the changes in the order they were decided.

    Withdrawn changes moved nothing. What the first of the others moved away from is the better baseline:
    it is the one the decision was made on.
    """
    standing = [change for change in changes if change.status != WITHDRAWN]
    if standing:
        positions = [_position(standing[0].head.from_, None)]
    elif changes:
        positions = [baseline or _position(changes[0].head.from_, None)]
    else:
        return [] if baseline is None else [baseline]
    for change in standing:
        positions.append(_position(change.head.to, change.change_id))
        positions += [_on_condition(event, change) for event in change.conditions]
    return positions


def _conditions(connection: sqlite3.Connection, change_id: str) -> tuple[StanceChange, ...]:
    rows = connection.execute(
        "SELECT payload FROM change_events WHERE change_id = ? "
        "AND event IN ('condition_added', 'condition_dropped') ORDER BY seq",
        (change_id,),
    )
    return tuple(decode(StanceChange, row["payload"].encode()) for row in rows)


def _position(ref: PositionRef, change_id: str | None) -> Position:
    return Position(
        ref.stance,
        ref.conditional,
        moment(ref.said_at),
        plain(ref.quote),
        plain(ref.source),
        ref.url,
        change_id,
    )


def _on_condition(event: StanceChange, change: Decided) -> Position:
    """The same side with a condition added or dropped, in the words that did it."""
    ref = report_of(event)
    return Position(
        change.head.to.stance,
        event.event == "condition_added",
        moment(ref.said_at),
        plain(ref.quote),
        plain(ref.source),
        ref.url,
        change.change_id,
    )


def settle_positions(connection: sqlite3.Connection, actor_id: str, issue_id: str) -> None:
    """Rewrite the positions of one pair, and the one in force."""
    pair = (actor_id, issue_id)
    connection.execute("DELETE FROM position_history WHERE actor_id = ? AND issue_id = ?", pair)
    connection.execute("DELETE FROM positions WHERE actor_id = ? AND issue_id = ?", pair)
    positions = _work_out(connection, actor_id, issue_id)
    if not positions:
        return
    connection.executemany(
        "INSERT INTO position_history VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(*pair, number, *vars(position).values()) for number, position in enumerate(positions)],
    )
    now = positions[-1]
    (statements,) = connection.execute(
        "SELECT COUNT(*) FROM statements WHERE actor_id = ? AND issue_id = ?", pair
    ).fetchone()
    basis = BASELINE if now.change_id is None else CHANGE
    place = (now.stance, now.conditional, now.since, basis, now.quote, now.source, now.url, statements)
    connection.execute("INSERT INTO positions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*pair, *place))
