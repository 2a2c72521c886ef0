"""Statements found by words and filters, newest first, page by page."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, fields

from timeline.highlight import FEWEST_LETTERS_OF_A_BEGINNING
from timeline.picture import Said
from timeline.read_model.apply import search_key

_COLUMNS = """s.*, a.name AS actor_name, i.name AS issue_name, i.proposition AS proposition,
  o.source AS original_source, c.url AS correction_url, c.quote AS correction_quote, c.source AS correction_source,
  c.published_at AS corrected_at"""
_JOINS = """JOIN actors AS a ON a.id = s.actor_id JOIN issues AS i ON i.id = s.issue_id
  LEFT JOIN statements AS o ON o.id = s.copy_of
  LEFT JOIN statements AS c ON c.id = s.struck_by"""
# The index of words gives rows newest first by itself, so each of these stops when the page is full.
_MATCH = """SELECT rowid AS seq FROM statements_fts
  WHERE statements_fts MATCH :match AND rowid < :before ORDER BY rowid DESC LIMIT :limit"""
_DATED_MATCH = """SELECT f.rowid AS seq FROM statements_fts AS f JOIN statements AS s ON s.seq = f.rowid
  WHERE f.statements_fts MATCH :match AND f.rowid < :before AND s.said_at >= :since AND s.said_at < :until
  ORDER BY f.rowid DESC LIMIT :limit"""
_DATED = """SELECT seq FROM statements INDEXED BY statements_by_time
  WHERE said_at >= :since AND said_at < :until AND seq < :before ORDER BY seq DESC LIMIT :limit"""
_ALL = "SELECT seq FROM statements WHERE seq < :before ORDER BY seq DESC LIMIT :limit"
_LAST = 2**62
_WORD = re.compile(r"\w+")
MOST_WORDS = 12
MOST_SHOWN_BY_DAY = 400


@dataclass(frozen=True)
class Filters:
    """What to look for; empty values do not filter. ``since`` and ``until`` are days (YYYY-MM-DD)."""

    q: str = ""
    actor: str = ""
    issue: str = ""
    stance: str = ""
    voice: str = ""
    source: str = ""
    counts: str = ""
    kind: str = ""
    since: str = ""
    until: str = ""

    def given(self) -> dict[str, str]:
        """The filters that are set, as they stand in an address."""
        return {each.name: getattr(self, each.name) for each in fields(self) if getattr(self, each.name)}


@dataclass(frozen=True)
class Found:
    """One page of statements; ``next_before`` is the cursor of the next one, None on the last."""

    rows: Sequence[sqlite3.Row]
    next_before: str | None


def find_statements(
    connection: sqlite3.Connection, filters: Filters, before: int | None = None, limit: int = 50
) -> Found:
    """Statements in order of arrival, newest first; ``before`` is the sequence number to go on from."""
    match = match_expression(filters)
    is_dated = bool(filters.since or filters.until)
    sql = _DATED_MATCH if match and is_dated else _MATCH if match else _DATED if is_dated else _ALL
    values = {
        "match": match,
        "before": _LAST if before is None else before,
        "since": filters.since,
        "until": f"{filters.until}T24" if filters.until else "~",
        "limit": limit + 1,
    }
    picked = connection.execute(sql, values).fetchall()
    rows = _rows(connection, [row["seq"] for row in picked], "s.seq DESC")
    more = len(rows) > limit
    return Found(rows[:limit], str(rows[limit - 1]["seq"]) if more else None)


def statements_of_pair(
    connection: sqlite3.Connection,
    actor_id: str,
    issue_id: str,
    before: tuple[str, int] | None = None,
    limit: int = 50,
) -> Found:
    """Statements of an actor on an issue, the last said first. ``before`` is (said_at, seq) to go on from."""
    said_at, seq = before or ("~", 0)
    picked = connection.execute(
        "SELECT seq FROM statements WHERE actor_id = ? AND issue_id = ? AND (said_at, seq) < (?, ?) "
        "ORDER BY said_at DESC, seq DESC LIMIT ?",
        (actor_id, issue_id, said_at, seq, limit + 1),
    ).fetchall()
    rows = _rows(connection, [row["seq"] for row in picked], "s.said_at DESC, s.seq DESC")
    more = len(rows) > limit
    last = rows[limit - 1] if more else None
    return Found(rows[:limit], f"{last['said_at']},{last['seq']}" if last is not None else None)


def said_over_time(connection: sqlite3.Connection, actor_id: str, issue_id: str) -> list[Said]:
    """Counts per day (per month where there are many), stance and fate: what the picture shows."""
    pair = (actor_id, issue_id)
    (total,) = connection.execute(
        "SELECT COUNT(*) FROM statements WHERE actor_id = ? AND issue_id = ?", pair
    ).fetchone()
    precision = "day" if total <= MOST_SHOWN_BY_DAY else "month"
    characters, middle = (10, "T12:00:00Z") if precision == "day" else (7, "-15T12:00:00Z")
    rows = connection.execute(
        "SELECT substr(said_at, 1, ?) AS span, stance, fate, COUNT(*) AS count, MIN(source) AS source "
        "FROM statements WHERE actor_id = ? AND issue_id = ? AND kind = 'statement' "
        "GROUP BY span, stance, fate ORDER BY span",
        (characters, *pair),
    )
    return [
        Said(f"{row['span']}{middle}", row["stance"], row["fate"], row["count"], row["source"], precision)
        for row in rows
    ]


def _rows(connection: sqlite3.Connection, seqs: Sequence[int], order: str) -> list[sqlite3.Row]:
    marks = ",".join("?" * len(seqs))
    sql = f"SELECT {_COLUMNS} FROM statements AS s {_JOINS} WHERE s.seq IN ({marks}) ORDER BY {order}"  # noqa: S608
    return connection.execute(sql, list(seqs)).fetchall()


def match_expression(filters: Filters) -> str:
    """The full-text expression of the words and filters. Words are quoted: no operator of the user's runs."""
    parts = []
    words = _WORD.findall(filters.q)[:MOST_WORDS]
    if words:
        quoted = " AND ".join(
            f'"{word}"' + ("*" if len(word) >= FEWEST_LETTERS_OF_A_BEGINNING else "") for word in words
        )
        parts.append(f"({{quote context title speaker}} : ({quoted}))")
    for name in ("actor", "issue", "source", "stance", "voice", "counts", "kind"):
        value = getattr(filters, name)
        if value:
            parts.append(f'(search_keys : "{search_key(name, value)}")')
    return " AND ".join(parts)
