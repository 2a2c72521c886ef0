"""What readers write into an address: checked, bounded, and answered with 400 and a reason when wrong."""

from __future__ import annotations

import re
from collections.abc import Container
from datetime import date

from starlette.exceptions import HTTPException
from starlette.requests import Request

LONGEST = 512
_LARGEST_NUMBER = 2**62


def text(request: Request, name: str) -> str:
    """A parameter as text, or empty."""
    value = request.query_params.get(name, "").strip()
    if len(value) > LONGEST:
        raise HTTPException(400, f"{name} is longer than {LONGEST} characters")
    if "\x00" in value:
        raise HTTPException(400, f"{name} holds a NUL character")
    return value


def choice(request: Request, name: str, choices: Container[str]) -> str:
    """One of ``choices``, or empty."""
    value = text(request, name)
    if value and value not in choices:
        raise HTTPException(400, f"{name} cannot be {value[:40]!r}")
    return value


def day(request: Request, name: str) -> str:
    """A day as YYYY-MM-DD, or empty."""
    value = text(request, name)
    if not value:
        return ""
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise HTTPException(400, f"{name} must be a day such as 2025-02-24") from None


def number(request: Request, name: str) -> int | None:
    """A whole number from 0, or None."""
    value = text(request, name)
    if not value:
        return None
    if not re.fullmatch(r"[0-9]{1,19}", value) or int(value) > _LARGEST_NUMBER:
        raise HTTPException(400, f"{name} must be a whole number")
    return int(value)


def place_in_time(request: Request, name: str) -> tuple[str, int] | None:
    """A cursor ``moment,number``, or None."""
    value = text(request, name)
    if not value:
        return None
    found = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ),(\d{1,18})", value)
    if found is None:
        raise HTTPException(400, f"{name} is not a place in this list; go back to its first page")
    return found[1], int(found[2])


def required(request: Request, name: str) -> str:
    """An id from the path or the query; 404 without one."""
    value = str(request.path_params.get(name) or request.query_params.get(name) or "")
    if not value or len(value) > LONGEST or "\x00" in value:
        raise HTTPException(404)
    return value
