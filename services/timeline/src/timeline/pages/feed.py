"""/feeds/changes.atom : changes as an Atom feed (RFC 4287), filtered like the list."""

from __future__ import annotations

from datetime import datetime

from stancewatch_schemas.codec import decode
from stancewatch_schemas.models import StanceChange
from starlette.requests import Request
from starlette.responses import Response

from timeline.links import with_query
from timeline.pages.lists import change_filters
from timeline.read_model import look_up
from timeline.read_model.apply import moment
from timeline.site import Site

ENTRIES = 50
_BEGINNING = "1970-01-01T00:00:00Z"


def atom(site: Site, request: Request) -> Response:
    """The newest changes. An amended change keeps its id and gets a newer date."""
    filters = change_filters(request)
    rows, _ = look_up.find_changes(site.connection, filters, limit=ENTRIES)
    entries = [(row, _updated(site, row["id"])) for row in rows]
    text = site.render(
        "changes.atom",
        request,
        entries=entries,
        updated=max((when for _, when in entries), default=_BEGINNING),
        self_link=with_query("/feeds/changes.atom", **vars(filters)),
    )
    return Response(text, media_type="application/atom+xml")


def _updated(site: Site, change_id: str) -> str:
    """The newest publication among everything the change and its amendments rest on."""
    moments: list[datetime] = []
    for event in look_up.events_of(site.connection, change_id):
        told = decode(StanceChange, event["payload"].encode())
        moments += [told.to.published_at, *(piece.published_at for piece in told.evidence)]
    return moment(max(moments)) if moments else _BEGINNING
