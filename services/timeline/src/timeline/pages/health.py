"""/healthz, /readyz, /metrics. Liveness never depends on Kafka: a page that answers is alive."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from timeline.site import Site


def healthz(site: Site, request: Request) -> Response:  # noqa: ARG001 - every page has this form
    """Alive."""
    return JSONResponse({"status": "ok", "failing": {}})


def readyz(site: Site, request: Request) -> Response:  # noqa: ARG001
    """Ready once everything that was in the topics at the start can be seen."""
    reason = site.progress.not_ready_reason()
    if reason is None:
        return JSONResponse({"status": "ok", "failing": {}})
    return JSONResponse({"status": "failing", "failing": {"topics": reason}}, status_code=503)


def metrics(site: Site, request: Request) -> Response:  # noqa: ARG001
    """Prometheus text."""
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
