"""Every address of the site in one place."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.resources import files

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from timeline.pages import api, change, embed, export, feed, health, lists, method, overview, search, timeline
from timeline.progress import Progress
from timeline.read_model.database import Readers
from timeline.security import SecurityHeaders
from timeline.settings import TimelineSettings
from timeline.site import Page, Site, make_endpoint, make_templates

PAGES: tuple[tuple[str, str, Page], ...] = (
    ("/", "overview", overview.overview),
    ("/search", "search", search.search),
    ("/timeline", "timeline", timeline.timeline),
    ("/timeline/{actor}/{issue}", "timeline", timeline.timeline),
    ("/changes", "changes", lists.changes),
    ("/changes/{id:path}", "change", change.change),
    ("/change", "change", change.change),
    ("/actors/{id}", "actor", lists.actor),
    ("/actor", "actor", lists.actor),
    ("/issues/{id}", "issue", lists.issue),
    ("/issue", "issue", lists.issue),
    ("/method", "method", method.method),
    ("/embed/change", "embed", embed.change_card),
    ("/embed/position", "embed", embed.position_card),
    ("/feeds/changes.atom", "feed", feed.atom),
    ("/export/statements.csv", "export", export.statements_csv),
    ("/export/statements.json", "export", export.statements_json),
    ("/export/changes.csv", "export", export.changes_csv),
    ("/export/changes.json", "export", export.changes_json),
    ("/api/change", "api", api.change_json),
    ("/api/timeline", "api", api.timeline_json),
    ("/api/positions", "api", api.positions_json),
)


def make_app(settings: TimelineSettings, readers: Readers, progress: Progress) -> ASGIApp:
    """The site on a read model that somebody else fills."""
    site = Site(readers, settings, progress, make_templates())
    routes: list[BaseRoute] = [
        Route(path, make_endpoint(name, page, site), methods=["GET"]) for path, name, page in PAGES
    ]
    plain: dict[str, Page] = {"/healthz": health.healthz, "/readyz": health.readyz}
    if settings.timeline_metrics:
        plain["/metrics"] = health.metrics
    routes += [Route(path, partial(page, site), methods=["GET"]) for path, page in plain.items()]
    routes.append(Mount("/static", StaticFiles(directory=str(files("timeline") / "static"))))
    errors: dict[int | type[Exception], Callable[[Request, Exception], Response]] = {
        HTTPException: partial(_refuse, site),
        Exception: partial(_failed, site),
    }
    # Outermost, so that even the answer to a fault of ours carries the headers.
    return SecurityHeaders(Starlette(routes=routes, exception_handlers=errors), embed=settings.timeline_embed)


_SAYINGS = {
    400: "This address cannot be read",
    404: "There is nothing at this address",
    405: "This page can only be read",
}


def _refuse(site: Site, request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404 and site.progress.not_ready_reason() is not None:
        # It may well be in the part of the topics that was not read yet: a permalink must not seem dead.
        answer = _say(site, request, 503, "This may be here in a moment", "The topics are still being read.")
        answer.headers["Retry-After"] = "5"
        return answer
    detail = str(error.detail) if isinstance(error, HTTPException) and status == 400 else ""
    return _say(site, request, status, _SAYINGS.get(status, "This did not work"), detail)


def _failed(site: Site, request: Request, error: Exception) -> Response:  # noqa: ARG001 - goes to the log
    return _say(site, request, 500, "Something is broken on our side", "The fault has been logged.")


def _say(site: Site, request: Request, status: int, heading: str, detail: str) -> Response:
    if request.url.path.startswith(("/api/", "/export/")):
        return JSONResponse({"error": heading, "detail": detail}, status_code=status)
    return site.html("error.html", request, status, status=status, heading=heading, detail=detail)
