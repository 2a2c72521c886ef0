"""What HTTP headers ask of a polite client, and what it says of itself. Pure; RFC sections in the docstrings."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

PRODUCT = "Stancewatch/0.1"
# Longer wishes are mistakes more often than wishes.
MAX_RETRY_AFTER = timedelta(days=7)
MAX_MAX_AGE = timedelta(days=7)


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Delay asked for by a Retry-After header in seconds or as a date (RFC 9110 10.2.3); None if unreadable."""
    if value is None:
        return None
    text = value.strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return min(timedelta(seconds=int(text)), MAX_RETRY_AFTER)
    moment = http_date(text)
    if moment is None:
        return None
    return min(max(moment - now, timedelta(0)), MAX_RETRY_AFTER)


def http_date(value: str | None) -> datetime | None:
    """Read an HTTP date (RFC 9110 5.6.7); None if it is none."""
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def max_age(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the answer stays fresh: Cache-Control max-age, else Expires (RFC 9111 4.2.1); None if unsaid.

    `no-cache` and `no-store` say nothing about polling: they count as unsaid, as does an age of 0.
    """
    directives = cache_directives(headers.get("cache-control", ""))
    if "no-cache" in directives or "no-store" in directives:
        return None
    age = directives.get("max-age")
    if age is not None:
        if not re.fullmatch(r"[0-9]{1,9}", age) or int(age) == 0:
            return None
        return min(timedelta(seconds=int(age)), MAX_MAX_AGE)
    expires = http_date(headers.get("expires"))
    if expires is None or expires <= now:
        return None
    return min(expires - now, MAX_MAX_AGE)


def cache_directives(value: str) -> dict[str, str]:
    """Split a Cache-Control header into lower-case directives and their arguments."""
    directives = {}
    for part in value.split(","):
        name, _, argument = part.strip().partition("=")
        if name:
            directives[name.lower()] = argument.strip().strip('"')
    return directives


def conditional_headers(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """Headers that ask "only if changed". Both validators go back verbatim, weak marks and quotes included."""
    headers = {}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    return headers


def user_agent(contact: str | None) -> str:
    """An honest name with a way to complain."""
    return f"{PRODUCT} (+{contact})" if contact else f"{PRODUCT} (news monitoring; no contact configured)"


def charset_of(content_type: str | None) -> str | None:
    """The charset parameter of a Content-Type header, if it has one."""
    match = re.search(r"charset\s*=\s*\"?([A-Za-z0-9_.:-]{1,40})", content_type or "", re.IGNORECASE)
    return match.group(1).lower() if match else None


def media_type(content_type: str | None) -> str:
    """The bare media type in lower case, or the empty string."""
    return (content_type or "").partition(";")[0].strip().lower()
