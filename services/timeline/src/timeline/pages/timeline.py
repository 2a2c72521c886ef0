"""/timeline/<actor>/<issue> : every position, change and statement of an actor on an issue."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from timeline import parameters
from timeline.links import timeline_link, with_query
from timeline.picture import draw
from timeline.read_model import look_up
from timeline.read_model.positions import positions_of
from timeline.read_model.statements import said_over_time, statements_of_pair
from timeline.site import Site

WIDE_PX, NARROW_PX = 960, 360
CHANGES_SHOWN = 20


def timeline(site: Site, request: Request) -> Response:
    """The timeline, 404 where nothing was ever read of this actor on this issue."""
    actor_id, issue_id = parameters.required(request, "actor"), parameters.required(request, "issue")
    before = parameters.place_in_time(request, "before")
    connection = site.connection
    actor, issue = look_up.get_actor(connection, actor_id), look_up.get_issue(connection, issue_id)
    found = statements_of_pair(connection, actor_id, issue_id, before)
    changes = look_up.changes_of_pair(connection, actor_id, issue_id, CHANGES_SHOWN + 1)
    if actor is None or issue is None or not (found.rows or changes or before):
        raise HTTPException(404)
    positions = positions_of(connection, actor_id, issue_id)
    said = said_over_time(connection, actor_id, issue_id)
    here = timeline_link(actor_id, issue_id)
    return site.html(
        "timeline.html",
        request,
        actor=actor,
        issue=issue,
        positions=positions,
        position=positions[-1] if positions else None,
        pictures=[("wide", draw(positions, said, WIDE_PX)), ("narrow", draw(positions, said, NARROW_PX))],
        changes=changes[:CHANGES_SHOWN],
        more_changes=len(changes) > CHANGES_SHOWN,
        all_changes_link=with_query("/changes", actor=actor_id, issue=issue_id),
        found=found,
        total=sum(one.count for one in said),
        here=here,
        next_link=_onward(here, found.next_before),
        first_link=here if before else None,
        feed_link=with_query("/feeds/changes.atom", actor=actor_id, issue=issue_id),
        csv_link=with_query("/export/statements.csv", actor=actor_id, issue=issue_id),
        json_link=with_query("/api/timeline", actor=actor_id, issue=issue_id),
        embed_link=with_query("/embed/position", actor=actor_id, issue=issue_id),
    )


def _onward(here: str, before: str | None) -> str | None:
    if before is None:
        return None
    return f"{here}{'&' if '?' in here else '?'}before={before}"
