"""The live error rate: what editors say of the alerts they were sent."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

# The last word of each editor on each change, then the change's majority; a tie counts as an error.
_LAST_WORD = """
SELECT v.change_id, v.verdict, COUNT(*) AS voices FROM verdicts AS v
WHERE v.seq = (
  SELECT w.seq FROM verdicts AS w WHERE w.change_id = v.change_id AND w.given_by = v.given_by
  ORDER BY w.given_at DESC, w.seq DESC LIMIT 1
)
GROUP BY v.change_id, v.verdict
"""
_Z_95 = 1.959964


@dataclass(frozen=True)
class ErrorRate:
    """Of ``judged`` changes, ``wrong`` were found wrong; the rate with its 95 % interval, None if none judged."""

    judged: int
    wrong: int
    by_verdict: Mapping[str, int]
    rate: float | None
    low: float
    high: float


def error_rate(connection: sqlite3.Connection) -> ErrorRate:
    """Over all changes that somebody judged."""
    voices: dict[str, dict[str, int]] = {}
    for row in connection.execute(_LAST_WORD):
        voices.setdefault(row["change_id"], {})[row["verdict"]] = row["voices"]
    return summarise(voices)


def verdicts_of(connection: sqlite3.Connection, change_id: str) -> dict[str, int]:
    """How many editors said what of one change."""
    rows = connection.execute(f"SELECT verdict, voices FROM ({_LAST_WORD}) WHERE change_id = ?", (change_id,))  # noqa: S608
    return {row["verdict"]: row["voices"] for row in rows}


def summarise(voices: Mapping[str, Mapping[str, int]]) -> ErrorRate:
    """The rate from the voices per change: ``{change: {verdict: editors}}``."""
    by_verdict: dict[str, int] = {}
    wrong = 0
    for each in voices.values():
        said_wrong = {name: count for name, count in each.items() if name != "true"}
        if sum(said_wrong.values()) >= max(each.get("true", 0), 1):
            wrong += 1
            verdict = max(sorted(said_wrong), key=lambda name: said_wrong[name])
        else:
            verdict = "true"
        by_verdict[verdict] = by_verdict.get(verdict, 0) + 1
    judged = len(voices)
    low, high = wilson_interval(wrong, judged)
    return ErrorRate(judged, wrong, by_verdict, wrong / judged if judged else None, low, high)


def wilson_interval(hits: int, total: int) -> tuple[float, float]:
    """95 % interval of a share (E. B. Wilson, JASA 22, 1927): honest for small numbers."""
    if total == 0:
        return 0.0, 1.0
    share, square = hits / total, _Z_95**2
    centre = share + square / (2 * total)
    reach = _Z_95 * math.sqrt(share * (1 - share) / total + square / (4 * total**2))
    scale = 1 + square / total
    return max(0.0, (centre - reach) / scale), min(1.0, (centre + reach) / scale)
