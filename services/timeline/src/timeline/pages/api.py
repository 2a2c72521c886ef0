"""/api/* : one change, one timeline, and the positions in force, as JSON."""

from __future__ import annotations

import json

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from timeline import parameters
from timeline.links import change_link, timeline_link, with_query
from timeline.pages.records import CHANGE_COLUMNS, POSITION_COLUMNS, STATEMENT_COLUMNS, record
from timeline.read_model import look_up
from timeline.read_model.error_rate import verdicts_of
from timeline.read_model.positions import positions_of
from timeline.read_model.statements import statements_of_pair
from timeline.site import Site

MOST_POSITIONS = 2000


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
            "changes": [record(row, CHANGE_COLUMNS) for row in changes],
            "statements": [record(row, STATEMENT_COLUMNS) for row in found.rows],
            "next": onward if found.next_before else None,
        }
    )


def positions_json(site: Site, request: Request) -> Response:
    """Positions in force, the newest first."""
    rows = look_up.list_positions(
        site.connection, parameters.text(request, "actor"), parameters.text(request, "issue"), MOST_POSITIONS
    )
    return JSONResponse({"positions": [record(row, POSITION_COLUMNS) for row in rows], "next": None})
