"""/embed/... : small cards for other sites' frames."""

from __future__ import annotations

from stancewatch_schemas.codec import decode
from stancewatch_schemas.models import StanceChange
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from timeline import parameters
from timeline.read_model import look_up
from timeline.read_model.changes import WITHDRAWN
from timeline.report import CONDITION_EVENTS, report_of
from timeline.site import Site


def change_card(site: Site, request: Request) -> Response:
    """One change, and what has become of its condition or of the whole since."""
    row = look_up.get_change(site.connection, parameters.required(request, "id"))
    if row is None:
        raise HTTPException(404)
    rows = look_up.events_of(site.connection, row["id"])
    conditions = [event for event in rows if event["event"] in CONDITION_EVENTS]
    since = None
    if conditions and row["status"] != WITHDRAWN:
        newest = conditions[-1]
        since = (newest["event"], report_of(decode(StanceChange, newest["payload"].encode())))
    return site.html("embed_change.html", request, change=row, since=since)


def position_card(site: Site, request: Request) -> Response:
    """The position in force of an actor on an issue."""
    actor_id, issue_id = parameters.required(request, "actor"), parameters.required(request, "issue")
    position = look_up.get_position(site.connection, actor_id, issue_id)
    if position is None:
        raise HTTPException(404)
    return site.html(
        "embed_position.html",
        request,
        position=position,
        actor=look_up.get_actor(site.connection, actor_id),
        issue=look_up.get_issue(site.connection, issue_id),
    )
