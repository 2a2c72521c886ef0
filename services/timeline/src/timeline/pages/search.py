"""/search : statements by words and filters."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from timeline import parameters
from timeline.highlight import search_words
from timeline.links import with_query
from timeline.read_model import look_up
from timeline.read_model.statements import Filters, find_statements
from timeline.site import Site
from timeline.wording import STANCES, VOICES

COUNTS = {"yes": "Counted", "no": "Did not count"}
WHAT = {"statement": "Statements", "correction": "Corrections"}


def statement_filters(request: Request) -> Filters:
    """The filters of a list of statements, from the address."""
    return Filters(
        q=parameters.text(request, "q"),
        actor=parameters.text(request, "actor"),
        issue=parameters.text(request, "issue"),
        stance=parameters.choice(request, "stance", STANCES),
        voice=parameters.choice(request, "voice", VOICES),
        source=parameters.text(request, "source"),
        counts=parameters.choice(request, "counts", COUNTS),
        kind=parameters.choice(request, "kind", WHAT),
        since=parameters.day(request, "since"),
        until=parameters.day(request, "until"),
    )


def search(site: Site, request: Request) -> Response:
    """The search form and what it finds."""
    filters = statement_filters(request)
    before = parameters.number(request, "before")
    found = find_statements(site.connection, filters, before)
    given = filters.given()
    return site.html(
        "search.html",
        request,
        filters=filters,
        found=found,
        is_filtered=bool(given),
        words=search_words(filters.q),
        actors=look_up.actor_choices(site.connection),
        issues=look_up.issue_choices(site.connection),
        COUNTS=COUNTS,
        WHAT=WHAT,
        next_link=with_query("/search", **given, before=found.next_before) if found.next_before else None,
        first_link=with_query("/search", **given) if before is not None else None,
        csv_link=with_query("/export/statements.csv", **given),
        json_link=with_query("/export/statements.json", **given),
    )
