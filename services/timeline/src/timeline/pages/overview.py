"""/ : the newest changes, and where everybody stands."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from timeline import parameters
from timeline.read_model import look_up
from timeline.site import Site

RECENT_CHANGES = 6
ACTORS_A_PAGE = 20
ISSUES_A_PAGE = 6


def overview(site: Site, request: Request) -> Response:
    """Recent changes and the table of actors and issues."""
    actor_page = min(parameters.number(request, "actors") or 1, 10_000)
    issue_page = min(parameters.number(request, "issues") or 1, 10_000)
    connection = site.connection
    actors = look_up.list_actors(connection, ACTORS_A_PAGE + 1, (max(actor_page, 1) - 1) * ACTORS_A_PAGE)
    issues = look_up.list_issues(connection, ISSUES_A_PAGE + 1, (max(issue_page, 1) - 1) * ISSUES_A_PAGE)
    shown_actors, shown_issues = actors[:ACTORS_A_PAGE], issues[:ISSUES_A_PAGE]
    changes, _ = look_up.find_changes(connection, look_up.ChangeFilters(), limit=RECENT_CHANGES)
    return site.html(
        "overview.html",
        request,
        changes=changes,
        actors=shown_actors,
        issues=shown_issues,
        positions=look_up.positions_among(
            connection, [row["id"] for row in shown_actors], [row["id"] for row in shown_issues]
        ),
        actor_page=max(actor_page, 1),
        issue_page=max(issue_page, 1),
        more_actors=len(actors) > ACTORS_A_PAGE,
        more_issues=len(issues) > ISSUES_A_PAGE,
        counts=look_up.counts(connection),
    )
