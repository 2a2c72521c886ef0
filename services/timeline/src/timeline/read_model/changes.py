"""A change and its amendments -> the change as it stands. It may be withdrawn, but it never goes away."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import groupby

from stancewatch_schemas.codec import decode, encode
from stancewatch_schemas.models import StanceChange

from timeline.plain_text import plain
from timeline.read_model.apply import moment

IN_FORCE, AMENDED, WITHDRAWN = "in_force", "amended", "withdrawn"


def settle_changes(connection: sqlite3.Connection, actor_id: str, issue_id: str) -> None:
    """Rewrite the changes of one pair from their events."""
    rows = connection.execute(
        "SELECT seq, change_id, payload FROM change_events WHERE actor_id = ? AND issue_id = ? "
        "ORDER BY change_id, seq",
        (actor_id, issue_id),
    ).fetchall()
    for change_id, events in groupby(rows, key=lambda row: str(row["change_id"])):
        told = list(events)
        changes = [decode(StanceChange, row["payload"].encode()) for row in told]
        head, status = as_it_stands(changes)
        _put(connection, change_id, min(row["seq"] for row in told), head, status)


def as_it_stands(events: Sequence[StanceChange]) -> tuple[StanceChange, str]:
    """A change as it is to be read now, and its status, from its events in order of arrival.

    Words, confidence and evidence stay those the decision was made on, unless a correction replaces them;
    every amendment may add witnesses. What a condition does to the position is told in positions.py. A
    withdrawal leaves what was said before for everyone to read.
    """
    ordered = sorted(events, key=lambda event: event.event != "changed")
    head, status = ordered[0], IN_FORCE
    for event in ordered[1:]:
        if event.event == "withdrawn":
            continue
        update: dict[str, object] = {"witnesses": max(head.witnesses, event.witnesses)}
        if event.event == "corrected":
            update |= {"from_": event.from_, "to": event.to, "confidence": event.confidence}
            update |= {"evidence": event.evidence, "explanation": event.explanation or head.explanation}
        if event.event != "corroborated":
            status = AMENDED
        head = head.model_copy(update=update)
    if any(event.event == "withdrawn" for event in ordered):
        status = WITHDRAWN
    return head, status


def _put(connection: sqlite3.Connection, change_id: str, seq: int, head: StanceChange, status: str) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO changes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            change_id,
            seq,
            head.actor.id,
            head.issue.id,
            head.kind,
            status,
            head.from_.stance,
            head.from_.conditional,
            head.to.stance,
            head.to.conditional,
            plain(head.to.quote),
            plain(head.to.source),
            head.to.url,
            moment(head.to.said_at),
            moment(head.to.published_at),
            head.confidence,
            head.witnesses,
            head.backfill,
            encode(head).decode(),
        ),
    )
