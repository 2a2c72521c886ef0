"""One message -> rows. The same message twice leaves the same rows."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from hashlib import sha256

from stancewatch_schemas.codec import encode
from stancewatch_schemas.models import ActorRef, IssueRef, StanceChange, Statement, Verdict

from timeline.plain_text import plain


def put_statement(connection: sqlite3.Connection, statement: Statement) -> None:
    """Add a statement or correction; a newer reading under the same id replaces the older one in its place."""
    _put_names(connection, statement.actor, statement.issue)
    row = _statement_row(statement)
    columns = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    replaced = ", ".join(f"{name} = excluded.{name}" for name in row if name != "id")
    connection.execute(
        f"INSERT INTO statements ({columns}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {replaced}",  # noqa: S608 - names are ours
        row,
    )
    _touch(connection, statement.actor.id, statement.issue.id)


def put_change(connection: sqlite3.Connection, change: StanceChange) -> None:
    """Add a change or an amendment of one. Which is which, and what follows, is settled afterwards."""
    _put_names(connection, change.actor, change.issue)
    change_id = change.amends if change.event != "changed" and change.amends else change.id
    connection.execute(
        "INSERT INTO change_events (id, event, change_id, actor_id, issue_id, payload) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET event = excluded.event, change_id = excluded.change_id, "
        "payload = excluded.payload",
        (change.id, change.event, change_id, change.actor.id, change.issue.id, encode(change).decode()),
    )
    _touch(connection, change.actor.id, change.issue.id)


def put_verdict(connection: sqlite3.Connection, verdict: Verdict) -> None:
    """Add an editor's verdict. Who gave it is kept as a digest only: it is needed to count each person once."""
    connection.execute(
        "INSERT OR IGNORE INTO verdicts (id, change_id, verdict, given_by, given_at) VALUES (?, ?, ?, ?, ?)",
        (
            verdict.id,
            verdict.alert_id,
            verdict.verdict,
            sha256(verdict.by.encode()).hexdigest()[:16],
            moment(verdict.given_at),
        ),
    )


def moment(value: datetime) -> str:
    """RFC 3339 in UTC to the second: sorts as text."""
    try:
        in_utc = value.astimezone(UTC)
    except OverflowError:  # at the ends of the calendar a shift by hours leaves it
        in_utc = value.replace(tzinfo=UTC)
    return in_utc.isoformat(timespec="seconds").replace("+00:00", "Z")


def search_key(name: str, value: str) -> str:
    """The token that stands for one filter in the search index; holds nothing of the foreign value."""
    return f"{name}x{sha256(value.encode()).hexdigest()[:16]}"


def _statement_row(statement: Statement) -> dict[str, object]:
    article, read = statement.article, statement.probabilities
    keys = {
        "actor": statement.actor.id,
        "issue": statement.issue.id,
        "source": article.source,
        "stance": statement.stance,
        "voice": statement.voice,
        "counts": "yes" if statement.counts else "no",
        "kind": statement.kind,
    }
    return {
        "id": statement.id,
        "kind": statement.kind,
        "actor_id": statement.actor.id,
        "issue_id": statement.issue.id,
        "article_id": article.id,
        "revision": article.revision,
        "source": plain(article.source),
        "url": article.url,
        "title": plain(article.title),
        "published_at": moment(article.published_at),
        "first_seen_at": None if article.first_seen_at is None else moment(article.first_seen_at),
        "quote": plain(statement.quote),
        "context": plain(statement.context),
        "voice": statement.voice,
        "speaker": plain(statement.speaker),
        "reported_by": json.dumps([plain(name) for name in statement.reported_by], ensure_ascii=False),
        "stance": statement.stance,
        "p_support": read.support,
        "p_oppose": read.oppose,
        "p_neutral": read.neutral,
        "p_none": read.none,
        "conditional": statement.conditional,
        "condition": None if statement.condition is None else plain(statement.condition),
        "attribution_confidence": statement.attribution_confidence,
        "said_at": moment(statement.said_at),
        "said_precision": statement.said_precision,
        "recap": statement.recap,
        "counts": statement.counts,
        "reason": statement.reason,
        "strikes": statement.strikes,
        "backfill": statement.backfill,
        "model": plain(statement.model),
        "disagreement": None if statement.disagreement is None else plain(statement.disagreement),
        "search_keys": " ".join(search_key(name, value) for name, value in keys.items()),
    }


def _put_names(connection: sqlite3.Connection, actor: ActorRef, issue: IssueRef) -> None:
    connection.execute("INSERT OR REPLACE INTO actors VALUES (?, ?)", (actor.id, plain(actor.name)))
    connection.execute(
        "INSERT OR REPLACE INTO issues VALUES (?, ?, ?)",
        (issue.id, plain(issue.name), plain(issue.proposition)),
    )


def _touch(connection: sqlite3.Connection, actor_id: str, issue_id: str) -> None:
    connection.execute("INSERT OR IGNORE INTO touched VALUES (?, ?)", (actor_id, issue_id))
