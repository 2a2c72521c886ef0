"""/changes, /actors/<id>, /issues/<id> : lists with filters."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from timeline import parameters
from timeline.links import with_query
from timeline.read_model import look_up
from timeline.read_model.look_up import ChangeFilters
from timeline.site import Site
from timeline.wording import KINDS, STATUSES


def change_filters(request: Request) -> ChangeFilters:
    """The filters of a list of changes, from the address."""
    return ChangeFilters(
        parameters.text(request, "actor"),
        parameters.text(request, "issue"),
        parameters.choice(request, "kind", KINDS),
        parameters.choice(request, "status", STATUSES),
    )


def changes(site: Site, request: Request) -> Response:
    """All changes, newest first."""
    filters = change_filters(request)
    before = parameters.number(request, "before")
    rows, next_before = look_up.find_changes(site.connection, filters, before)
    given = vars(filters)
    return site.html(
        "changes.html",
        request,
        changes=rows,
        filters=filters,
        is_filtered=any(given.values()),
        actors=look_up.actor_choices(site.connection),
        issues=look_up.issue_choices(site.connection),
        next_link=with_query("/changes", **given, before=next_before) if next_before else None,
        first_link=with_query("/changes", **given) if before is not None else None,
        feed_link=with_query("/feeds/changes.atom", **given),
        csv_link=with_query("/export/changes.csv", **given),
        json_link=with_query("/export/changes.json", **given),
    )


def actor(site: Site, request: Request) -> Response:
    """Where one actor stands."""
    found = look_up.get_actor(site.connection, parameters.required(request, "id"))
    if found is None:
        raise HTTPException(404)
    return _positions(site, request, found["name"], "", ChangeFilters(actor=found["id"]))


def issue(site: Site, request: Request) -> Response:
    """Who stands where on one issue."""
    found = look_up.get_issue(site.connection, parameters.required(request, "id"))
    if found is None:
        raise HTTPException(404)
    return _positions(site, request, found["name"], found["proposition"], ChangeFilters(issue=found["id"]))


def _positions(
    site: Site, request: Request, heading: str, proposition: str, filters: ChangeFilters
) -> Response:
    changes, _ = look_up.find_changes(site.connection, filters, limit=20)
    return site.html(
        "positions.html",
        request,
        heading=heading,
        proposition=proposition,
        filters=filters,
        positions=look_up.list_positions(site.connection, filters.actor, filters.issue, 200),
        changes=changes,
        feed_link=with_query("/feeds/changes.atom", actor=filters.actor, issue=filters.issue),
    )
