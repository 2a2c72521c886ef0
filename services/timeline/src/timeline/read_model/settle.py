"""Works out, for the pairs that new records touched, what follows from all their records together.

1. corrections strike what the same outlet printed before; an edited article replaces its earlier revisions
2. copies are marked: as a change's evidence names them, else where the very same words were printed before
3. each statement gets its fate: counts, ignored, copy, struck or correction
4. a change and its amendments become the change as it stands
5. the positions, and the one in force
"""

from __future__ import annotations

import re
import sqlite3

from timeline.read_model.changes import settle_changes
from timeline.read_model.positions import settle_positions

# A correction strikes earlier words of its own outlet; an article never strikes itself (the right words
# stand beside the note).
_STRIKE = """
UPDATE statements AS s SET struck_by = (
  SELECT c.id FROM statements AS c
  WHERE c.actor_id = s.actor_id AND c.issue_id = s.issue_id AND c.kind = 'correction'
    AND c.source = s.source AND c.published_at >= s.published_at
    AND (c.strikes = 'any' OR c.strikes = s.stance)
    AND c.article_id <> s.article_id
  ORDER BY c.published_at, c.seq LIMIT 1
)
WHERE s.actor_id = ? AND s.issue_id = ? AND s.kind = 'statement'
"""
# The fate of a statement in one word, decided in this order.
_FATE = """
UPDATE statements SET fate = found.fate FROM (
  SELECT seq, CASE
    WHEN struck_by IS NOT NULL OR replaced_by IS NOT NULL THEN 'struck'
    WHEN kind = 'correction' THEN 'correction'
    WHEN copy_of IS NOT NULL OR reason = 'COPY' THEN 'copy'
    WHEN counts THEN 'counts'
    ELSE 'ignored' END AS fate
  FROM statements WHERE actor_id = ? AND issue_id = ?
) AS found
WHERE statements.seq = found.seq AND statements.fate <> found.fate
"""
_REPLACE = """
UPDATE statements AS s SET replaced_by = (
  SELECT MAX(n.revision) FROM statements AS n
  WHERE n.actor_id = s.actor_id AND n.issue_id = s.issue_id AND n.article_id = s.article_id
    AND n.revision > s.revision AND n.counts
)
WHERE s.actor_id = ? AND s.issue_id = ? AND s.kind = 'statement'
"""
_MARK_COPIES = """
UPDATE statements SET copy_of = found.original FROM (
  SELECT json_extract(e.value, '$.statement_id') AS copy, json_extract(e.value, '$.copy_of') AS original
  FROM change_events, json_each(change_events.payload, '$.evidence') AS e
  WHERE actor_id = ? AND issue_id = ? AND original IS NOT NULL
) AS found
WHERE statements.id = found.copy
"""
# Shorter words ("I agree") are said twice by two people without either being a copy.
FEWEST_WORDS_OF_A_COPY = 6
_WORD = re.compile(r"\w+")


def settle(connection: sqlite3.Connection, limit: int = 1_000_000) -> int:
    """Settle up to ``limit`` touched pairs; returns how many. The caller commits."""
    pairs = connection.execute("SELECT actor_id, issue_id FROM touched LIMIT ?", (limit,)).fetchall()
    for pair in pairs:
        actor_id, issue_id = pair["actor_id"], pair["issue_id"]
        if _has_correction(connection, actor_id, issue_id):
            connection.execute(_STRIKE, (actor_id, issue_id))
        if _has_revisions(connection, actor_id, issue_id):
            connection.execute(_REPLACE, (actor_id, issue_id))
        mark_same_words(connection, actor_id, issue_id)
        connection.execute(_MARK_COPIES, (actor_id, issue_id))
        connection.execute(_FATE, (actor_id, issue_id))
        settle_changes(connection, actor_id, issue_id)
        settle_positions(connection, actor_id, issue_id)
        connection.execute("DELETE FROM touched WHERE actor_id = ? AND issue_id = ?", (actor_id, issue_id))
    return len(pairs)


def mark_same_words(connection: sqlite3.Connection, actor_id: str, issue_id: str) -> None:
    """Mark later printings of the same words in other articles as copies of the first."""
    rows = connection.execute(
        "SELECT seq, id, article_id, quote, stance, copy_of FROM statements "
        "WHERE actor_id = ? AND issue_id = ? AND kind = 'statement' AND counts ORDER BY published_at, seq",
        (actor_id, issue_id),
    )
    first: dict[tuple[str, str], tuple[str, str]] = {}
    copies = []
    for row in rows:
        words = _WORD.findall(row["quote"].lower())
        if len(words) < FEWEST_WORDS_OF_A_COPY:
            continue
        original, article_id = first.setdefault(
            (row["stance"], " ".join(words)), (row["id"], row["article_id"])
        )
        if article_id != row["article_id"] and row["copy_of"] is None:
            copies.append((original, row["seq"]))
    connection.executemany("UPDATE statements SET copy_of = ? WHERE seq = ?", copies)


def _has_correction(connection: sqlite3.Connection, actor_id: str, issue_id: str) -> bool:
    row = connection.execute(
        "SELECT 1 FROM statements WHERE actor_id = ? AND issue_id = ? AND kind = 'correction' LIMIT 1",
        (actor_id, issue_id),
    ).fetchone()
    return row is not None


def _has_revisions(connection: sqlite3.Connection, actor_id: str, issue_id: str) -> bool:
    row = connection.execute(
        "SELECT 1 FROM statements WHERE actor_id = ? AND issue_id = ? AND revision > 1 LIMIT 1",
        (actor_id, issue_id),
    ).fetchone()
    return row is not None
