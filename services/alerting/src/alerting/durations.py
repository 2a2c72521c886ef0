"""Durations, times of day and time zones as people write them in YAML."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

_DURATION = re.compile(r"^(\d+)\s*([smhd])$")
_TIME = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)$")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_duration(value: object) -> timedelta:
    """``30s``, ``10m``, ``2h``, ``1d``."""
    if isinstance(value, timedelta):
        return value
    match = _DURATION.match(str(value).strip())
    if match is None:
        raise ValueError(f"{value!r} is no duration: write a number and s, m, h or d, as in 30s or 2h")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def parse_time(value: object) -> time:
    """``07:30``. An unquoted 22:00 is the number 1320 to YAML, so the hint says to quote."""
    if isinstance(value, time):
        return value
    match = _TIME.match(str(value).strip())
    if match is None:
        raise ValueError(f'{value!r} is no time of day: write it in quotes, as in "07:30"')
    return time(int(match[1]), int(match[2]))


def check_zone(value: str) -> str:
    """An IANA name such as ``Europe/London``."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{value!r} is no time zone: use an IANA name, as in Europe/London") from None
    return value


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    WithJsonSchema({"type": "string", "pattern": _DURATION.pattern}),
]
TimeOfDay = Annotated[
    time, BeforeValidator(parse_time), WithJsonSchema({"type": "string", "pattern": _TIME.pattern})
]
Zone = Annotated[str, AfterValidator(check_zone)]
