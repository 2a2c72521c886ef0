"""Messages <-> bytes, and the CloudEvents headers that go with them (Kafka binding, binary mode).

Writers can't build a message with unknown fields; readers ignore fields that a newer writer added.
"""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)

CONTENT_TYPE = "application/json"
EVENT_TYPE_PREFIX = "stancewatch"
LARGEST_MESSAGE_BYTES = 8_000_000
_ERRORS_SHOWN = 3
# The field that says when the thing a message tells of happened, in order of preference.
_TIME_FIELDS = ("said_at", "updated_at", "published_at", "failed_at", "sent_at", "fetched_at", "at")


class InvalidMessage(Exception):  # noqa: N818 - named by what it is, like errors.Invalid
    """The bytes are no such message. `reason` names fields and rules, never the content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def encode(message: BaseModel) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8. The same message always gives the same bytes."""
    content = message.model_dump(mode="json", by_alias=True)
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def decode(model: type[M], value: bytes | None) -> M:
    """Reads a message.

    Raises:
        InvalidMessage: it's empty, too large, not JSON, or breaks the schema.
    """
    if value is None:
        raise InvalidMessage("the record has no value")
    if len(value) > LARGEST_MESSAGE_BYTES:
        raise InvalidMessage(f"{len(value)} bytes, more than {LARGEST_MESSAGE_BYTES}")
    try:
        return model.model_validate_json(value, strict=True, extra="ignore")
    except ValidationError as error:
        raise InvalidMessage(_explain(error)) from None


def _explain(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    shown = [f"{'.'.join(map(str, each['loc'])) or 'message'}: {each['msg']}" for each in problems]
    more = f"; and {len(shown) - _ERRORS_SHOWN} more" if len(shown) > _ERRORS_SHOWN else ""
    return "; ".join(shown[:_ERRORS_SHOWN]) + more


def cloud_event_headers(
    message: BaseModel, source: str, trace: str | None = None, version: int = 1
) -> list[tuple[str, bytes]]:
    """CloudEvents 1.0 headers of a message, and `traceparent` where there is one.

    `source` is the service that writes it. `ce_id` is the message's own deterministic id (with the
    revision, where it has one), so a repeat carries the same (source, id) and a reader may drop it.
    """
    headers = {
        "ce_specversion": "1.0",
        "ce_id": _event_id(message),
        "ce_type": f"{EVENT_TYPE_PREFIX}.{kebab(type(message).__name__)}.v{version}",
        "ce_source": source if source.startswith("/") else f"/{EVENT_TYPE_PREFIX}/{source}",
        "content-type": CONTENT_TYPE,
    }
    time = _time_of(message)
    if time is not None:
        headers["ce_time"] = time.isoformat()
    if trace is not None:
        headers["traceparent"] = trace
    return [(name, value.encode()) for name, value in headers.items()]


def kebab(name: str) -> str:
    """`StanceChange` -> `stance-change`."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


def _event_id(message: BaseModel) -> str:
    own = getattr(message, "id", None)
    if own is None:
        return sha256(encode(message)).hexdigest()
    revision = getattr(message, "revision", None)
    return str(own) if revision is None else f"{own}/{revision}"


def _time_of(message: Any) -> datetime | None:
    for name in _TIME_FIELDS:
        value = getattr(message, name, None)
        if isinstance(value, datetime):
            return value
    target = getattr(message, "to", None)  # a stance change happened when its new position was published
    published = getattr(target, "published_at", None)
    return published if isinstance(published, datetime) else None
