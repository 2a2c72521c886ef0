"""Addresses of the pages. Ids are foreign text: those a path cannot carry go into the query."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

# A path segment of this form survives every browser and proxy; "..", "a//b" and the like do not.
_PLAIN_SEGMENT = re.compile(r"[A-Za-z0-9_~|:@,;+!*-][A-Za-z0-9._~|:@,;+!*-]*")


def change_link(change_id: str) -> str:
    """The permalink of a change."""
    return _by_path_or_query("/changes", "/change", id=change_id)


def timeline_link(actor_id: str, issue_id: str) -> str:
    """The timeline of an actor on an issue."""
    return _by_path_or_query("/timeline", "/timeline", actor=actor_id, issue=issue_id)


def actor_link(actor_id: str) -> str:
    """All positions of an actor."""
    return _by_path_or_query("/actors", "/actor", id=actor_id)


def issue_link(issue_id: str) -> str:
    """All positions on an issue."""
    return _by_path_or_query("/issues", "/issue", id=issue_id)


def with_query(path: str, **values: str | int | None) -> str:
    """``path`` with those of ``values`` that are set."""
    given = {name: str(value) for name, value in values.items() if value not in (None, "")}
    return f"{path}?{urlencode(given)}" if given else path


def _by_path_or_query(path: str, query_path: str, **ids: str) -> str:
    if all(_PLAIN_SEGMENT.fullmatch(value) for value in ids.values()):
        return "/".join([path, *(quote(value, safe="") for value in ids.values())])
    return f"{query_path}?{urlencode(ids)}"
