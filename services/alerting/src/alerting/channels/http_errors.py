"""One reading of HTTP answers for every channel: what failed for certain, perhaps, or for good."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests

from alerting.channels.base import MaybeSent, NotSent, Refused

TIMEOUT_SECONDS = (5.0, 15.0)
LONGEST_RETRY_AFTER_SECONDS = 3600.0


def retry_after_seconds(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """``Retry-After`` in either form (seconds, HTTP date); None where there is none that makes sense."""
    value = next((text for name, text in headers.items() if name.lower() == "retry-after"), "").strip()
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except (TypeError, ValueError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - (now or datetime.now(UTC))).total_seconds()
    if math.isnan(seconds):
        return None
    return min(max(0.0, seconds), LONGEST_RETRY_AFTER_SECONDS)


def raise_for_answer(status: int, headers: Mapping[str, str], word: str = "") -> None:
    """Nothing for 2xx; else NotSent (429, 503 with Retry-After), MaybeSent (other 5xx) or Refused."""
    if 200 <= status < 300:
        return
    asked = retry_after_seconds(headers)
    told = f"HTTP {status} {word}".strip()[:200]
    if status in (408, 425, 429) or (status == 503 and asked is not None):
        raise NotSent(told, asked if asked is not None else (30.0 if status == 429 else None))
    if status >= 500:
        raise MaybeSent(told, asked)
    raise Refused(told)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> requests.Response:
    """POST once, no redirects (a secret must not follow one). Raises NotSent or MaybeSent."""
    try:
        return requests.post(
            url, data=body, headers=dict(headers), timeout=TIMEOUT_SECONDS, allow_redirects=False
        )
    except requests.exceptions.ConnectTimeout:
        raise NotSent("no connection in time") from None
    except requests.exceptions.ConnectionError as error:
        # Refused before a byte was sent, or broken in the middle: only the former is certain.
        refused = "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error)
        raise (NotSent if refused else MaybeSent)(
            "connection failed" if refused else "connection broke"
        ) from None
    except requests.exceptions.Timeout:
        raise MaybeSent("no answer in time") from None
    except (
        requests.exceptions.InvalidURL,
        requests.exceptions.MissingSchema,
        requests.exceptions.InvalidSchema,
    ):
        raise Refused("the configured address is no http(s) URL") from None
    except requests.exceptions.RequestException as error:
        raise MaybeSent(type(error).__name__) from None
