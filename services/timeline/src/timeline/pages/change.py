"""/changes/<id> : one change with its evidence. The address never dies; a withdrawn change says so."""

from __future__ import annotations

from collections.abc import Sequence

from stancewatch_schemas.codec import decode
from stancewatch_schemas.models import StanceChange
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from timeline import parameters
from timeline.links import change_link, with_query
from timeline.read_model import look_up
from timeline.read_model.changes import WITHDRAWN
from timeline.read_model.error_rate import verdicts_of
from timeline.report import CONDITION_EVENTS, Words, report_of
from timeline.site import Site
from timeline.waterfall import make_waterfall


def change(site: Site, request: Request) -> Response:
    """The change, or a redirect where the id is that of an amendment."""
    change_id = parameters.required(request, "id")
    row = look_up.get_change(site.connection, change_id)
    if row is None:
        amended = look_up.amended_by(site.connection, change_id)
        if amended is None or look_up.get_change(site.connection, amended) is None:
            raise HTTPException(404)
        return RedirectResponse(change_link(amended), status_code=308)
    head = decode(StanceChange, row["head"].encode())
    events = [
        (event["event"], told := decode(StanceChange, event["payload"].encode()), report_of(told))
        for event in look_up.events_of(site.connection, change_id)
    ]
    conditions = [(event, report) for event, _, report in events if event in CONDITION_EVENTS]
    withdrawals = [told.explanation for event, told, _ in events if event == "withdrawn"]
    return site.html(
        "change.html",
        request,
        change=row,
        head=head,
        events=events,
        sides=_sides(head, row["status"], conditions),
        withdrawn_because=withdrawals[-1] if withdrawals else None,
        waterfall=make_waterfall(head),
        verdicts=verdicts_of(site.connection, change_id),
        permalink=site.base_url(request) + change_link(change_id),
        json_link=with_query("/api/change", id=change_id),
        embed_link=with_query("/embed/change", id=change_id),
        embed_is_on=site.settings.timeline_embed,
    )


def _sides(
    head: StanceChange, status: str, conditions: Sequence[tuple[str, Words]]
) -> list[tuple[str, str, bool, Words]]:
    """(title, stance, conditional, words): before, then, and where a condition came or went since, now.

    What was withdrawn is not how it stands now.
    """
    then = "Withdrawn" if status == WITHDRAWN else ("Then" if conditions else "Now")
    found: list[tuple[str, str, bool, Words]] = [
        ("Before", head.from_.stance, head.from_.conditional, head.from_),
        (then, head.to.stance, head.to.conditional, head.to),
    ]
    if conditions and status != WITHDRAWN:
        event, words = conditions[-1]
        found.append(("Now", head.to.stance, event == "condition_added", words))
    return found
