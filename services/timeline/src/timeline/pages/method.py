"""/method : how it decides, how often it is wrong, how to contest an entry."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from timeline.read_model import look_up
from timeline.read_model.error_rate import error_rate
from timeline.site import Site

# Below this the interval is wider than half of all there is; the page says so.
FEW_JUDGED = 15


def method(site: Site, request: Request) -> Response:
    """The method page with the live error rate."""
    connection = site.connection
    models = connection.execute(
        "SELECT DISTINCT model FROM (SELECT model FROM statements ORDER BY seq DESC LIMIT 500) WHERE model <> ''"
    ).fetchall()
    return site.html(
        "method.html",
        request,
        rate=error_rate(connection),
        FEW_JUDGED=FEW_JUDGED,
        counts=look_up.counts(connection),
        models=sorted(row["model"] for row in models)[:5],
    )
