"""/export/*.csv and *.json : the lists with their filters, for machines."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterable, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from timeline import parameters
from timeline.links import with_query
from timeline.pages.lists import change_filters
from timeline.pages.records import CHANGE_COLUMNS, STATEMENT_COLUMNS, record
from timeline.pages.search import statement_filters
from timeline.plain_text import csv_cell
from timeline.read_model import look_up
from timeline.read_model.statements import find_statements
from timeline.site import Site

ROWS_A_FILE = 2000


def statements_csv(site: Site, request: Request) -> Response:
    """Statements found by the search's filters."""
    rows, onward = _statements(site, request)
    return _csv("statements", STATEMENT_COLUMNS, rows, _next(request, onward))


def statements_json(site: Site, request: Request) -> Response:
    """As statements_csv."""
    rows, onward = _statements(site, request)
    return _json("statements", STATEMENT_COLUMNS, rows, _next(request, onward))


def changes_csv(site: Site, request: Request) -> Response:
    """Changes as they stand, found by the list's filters."""
    rows, onward = _changes(site, request)
    return _csv("changes", CHANGE_COLUMNS, rows, _next(request, onward))


def changes_json(site: Site, request: Request) -> Response:
    """As changes_csv."""
    rows, onward = _changes(site, request)
    return _json("changes", CHANGE_COLUMNS, rows, _next(request, onward))


def _statements(site: Site, request: Request) -> tuple[Sequence[sqlite3.Row], str | int | None]:
    before = parameters.number(request, "before")
    found = find_statements(site.connection, statement_filters(request), before, ROWS_A_FILE)
    return found.rows, found.next_before


def _changes(site: Site, request: Request) -> tuple[Sequence[sqlite3.Row], str | int | None]:
    before = parameters.number(request, "before")
    return look_up.find_changes(site.connection, change_filters(request), before, ROWS_A_FILE)


def _next(request: Request, before: str | int | None) -> str | None:
    if before is None:
        return None
    given = {**request.query_params, "before": str(before)}
    return with_query(request.url.path, **given)


def _csv(name: str, columns: Sequence[str], rows: Iterable[sqlite3.Row], onward: str | None) -> Response:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([csv_cell(value) for value in record(row, columns).values()])
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    # The byte-order mark tells spreadsheets that this is UTF-8.
    return Response("\ufeff" + text.getvalue(), media_type="text/csv", headers=headers | _link(onward))


def _json(name: str, columns: Sequence[str], rows: Iterable[sqlite3.Row], onward: str | None) -> Response:
    return JSONResponse({name: [record(row, columns) for row in rows], "next": onward}, headers=_link(onward))


def _link(onward: str | None) -> dict[str, str]:
    return {"Link": f'<{onward}>; rel="next"'} if onward else {}
