"""/export/*.csv and *.json, /api/* : the same facts for machines."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from timeline import parameters
from timeline.links import change_link, timeline_link, with_query
from timeline.pages.lists import change_filters
from timeline.pages.search import statement_filters
from timeline.plain_text import csv_cell
from timeline.read_model import look_up
from timeline.read_model.error_rate import verdicts_of
from timeline.read_model.positions import positions_of
from timeline.read_model.statements import find_statements, statements_of_pair
from timeline.site import Site

ROWS_A_FILE = 2000

STATEMENT_COLUMNS = [
    "id",
    "kind",
    "actor_id",
    "actor_name",
    "issue_id",
    "issue_name",
    "proposition",
    "stance",
    "conditional",
    "condition",
    "quote",
    "context",
    "voice",
    "speaker",
    "reported_by",
    "said_at",
    "said_precision",
    "source",
    "url",
    "title",
    "published_at",
    "first_seen_at",
    "recap",
    "counts",
    "reason",
    "fate",
    "copy_of",
    "struck_by",
    "p_support",
    "p_oppose",
    "p_neutral",
    "p_none",
    "attribution_confidence",
    "model",
]
CHANGE_COLUMNS = [
    "id",
    "actor_id",
    "actor_name",
    "issue_id",
    "issue_name",
    "proposition",
    "kind",
    "status",
    "from_stance",
    "from_conditional",
    "to_stance",
    "to_conditional",
    "quote",
    "source",
    "url",
    "said_at",
    "published_at",
    "confidence",
    "witnesses",
    "backfill",
]
_TRUTHS = {"conditional", "recap", "counts", "backfill", "from_conditional", "to_conditional"}


def statements_csv(site: Site, request: Request) -> Response:
    """Statements found by the search's filters."""
    rows, onward = _statements(site, request)
    return _csv("statements", STATEMENT_COLUMNS, rows, _next(request, onward))


def statements_json(site: Site, request: Request) -> Response:
    """As statements_csv."""
    rows, onward = _statements(site, request)
    return _json("statements", STATEMENT_COLUMNS, rows, _next(request, onward))


def changes_csv(site: Site, request: Request) -> Response:
    """Changes as they stand, found by the list's filters."""
    rows, onward = _changes(site, request)
    return _csv("changes", CHANGE_COLUMNS, rows, _next(request, onward))


def changes_json(site: Site, request: Request) -> Response:
    """As changes_csv."""
    rows, onward = _changes(site, request)
    return _json("changes", CHANGE_COLUMNS, rows, _next(request, onward))


def change_json(site: Site, request: Request) -> Response:
    """One change as it stands, and every message it came from."""
    change_id = parameters.required(request, "id")
    row = look_up.get_change(site.connection, change_id)
    if row is None:
        raise HTTPException(404)
    events = look_up.events_of(site.connection, change_id)
    return JSONResponse(
        {
            "id": change_id,
            "status": row["status"],
            "page": site.base_url(request) + change_link(change_id),
            "change": json.loads(row["head"]),
            "events": [json.loads(event["payload"]) for event in events],
            "verdicts": verdicts_of(site.connection, change_id),
        }
    )


def timeline_json(site: Site, request: Request) -> Response:
    """Positions, changes and statements of an actor on an issue."""
    actor_id, issue_id = parameters.required(request, "actor"), parameters.required(request, "issue")
    before = parameters.place_in_time(request, "before")
    positions = positions_of(site.connection, actor_id, issue_id)
    found = statements_of_pair(site.connection, actor_id, issue_id, before, 500)
    changes = look_up.changes_of_pair(site.connection, actor_id, issue_id, 500)
    if not (positions or found.rows or changes):
        raise HTTPException(404)
    onward = with_query("/api/timeline", actor=actor_id, issue=issue_id, before=found.next_before)
    return JSONResponse(
        {
            "page": site.base_url(request) + timeline_link(actor_id, issue_id),
            "positions": [vars(position) for position in positions],
            "changes": [_record(row, CHANGE_COLUMNS) for row in changes],
            "statements": [_record(row, STATEMENT_COLUMNS) for row in found.rows],
            "next": onward if found.next_before else None,
        }
    )


def positions_json(site: Site, request: Request) -> Response:
    """Positions in force, the newest first."""
    rows = look_up.list_positions(
        site.connection, parameters.text(request, "actor"), parameters.text(request, "issue"), ROWS_A_FILE
    )
    columns = [
        "actor_id",
        "actor_name",
        "issue_id",
        "issue_name",
        "proposition",
        "stance",
        "conditional",
        "since",
        "basis",
        "quote",
        "source",
        "url",
        "statements",
    ]
    return _json("positions", columns, rows, None)


def _statements(site: Site, request: Request) -> tuple[Sequence[sqlite3.Row], str | int | None]:
    before = parameters.number(request, "before")
    found = find_statements(site.connection, statement_filters(request), before, ROWS_A_FILE)
    return found.rows, found.next_before


def _changes(site: Site, request: Request) -> tuple[Sequence[sqlite3.Row], str | int | None]:
    before = parameters.number(request, "before")
    return look_up.find_changes(site.connection, change_filters(request), before, ROWS_A_FILE)


def _next(request: Request, before: str | int | None) -> str | None:
    if before is None:
        return None
    given = {**request.query_params, "before": str(before)}
    return with_query(request.url.path, **given)


def _csv(name: str, columns: Sequence[str], rows: Iterable[sqlite3.Row], onward: str | None) -> Response:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([csv_cell(value) for value in _record(row, columns).values()])
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    # The byte-order mark tells spreadsheets that this is UTF-8.
    return Response("\ufeff" + text.getvalue(), media_type="text/csv", headers=headers | _link(onward))


def _json(name: str, columns: Sequence[str], rows: Iterable[sqlite3.Row], onward: str | None) -> Response:
    return JSONResponse(
        {name: [_record(row, columns) for row in rows], "next": onward}, headers=_link(onward)
    )


def _link(onward: str | None) -> dict[str, str]:
    return {"Link": f'<{onward}>; rel="next"'} if onward else {}


def _record(row: sqlite3.Row, columns: Sequence[str]) -> dict[str, Any]:
    record = {}
    for name in columns:
        value = row[name]
        if name in _TRUTHS:
            value = bool(value)
        elif name == "reported_by":
            value = json.loads(value)
        record[name] = value
    return record
