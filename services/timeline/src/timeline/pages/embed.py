"""/embed/... : small cards for other sites' frames."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from timeline import parameters
from timeline.read_model import look_up
from timeline.site import Site


def change_card(site: Site, request: Request) -> Response:
    """One change; it follows later amendments."""
    row = look_up.get_change(site.connection, parameters.required(request, "id"))
    if row is None:
        raise HTTPException(404)
    return site.html("embed_change.html", request, change=row)


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
