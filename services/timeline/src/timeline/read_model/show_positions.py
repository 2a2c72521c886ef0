"""Shows the positions in force as a metric, for dashboards."""

from __future__ import annotations

import sqlite3

from stancewatch_shared import metrics

VALUES = {"support": 1, "neutral": 0, "oppose": -1}


def show_positions(connection: sqlite3.Connection) -> None:
    """Set the gauge of every pair; a position that no statement carries any more disappears."""
    metrics.POSITION.clear()
    for row in connection.execute("SELECT actor_id, issue_id, stance FROM positions"):
        if row["stance"] in VALUES:
            metrics.POSITION.labels(row["actor_id"], row["issue_id"]).set(VALUES[row["stance"]])
