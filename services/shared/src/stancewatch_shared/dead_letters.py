"""Dead letters: a refused record, byte for byte, with where it came from and why."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import datetime

from stancewatch_schemas.models import DeadLetter

from stancewatch_shared.record import Record

LONGEST_MESSAGE_CHARS = 2000


def dead_letter_topic(topic: str) -> str:
    """Where the refused records of ``topic`` go."""
    return f"{topic}-dlq"


def make_dead_letter(record: Record, group: str, error: str, message: str, failed_at: datetime) -> DeadLetter:
    """Describe why ``group`` refused ``record``. ``error`` is a class of errors, ``message`` its words."""
    return DeadLetter.model_validate(
        {
            "id": f"{record.topic}/{record.partition}/{record.offset}/{group}",
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "timestamp_ms": record.timestamp_ms,
            "group": group,
            "error": error[:200],
            "message": message[:LONGEST_MESSAGE_CHARS],
            "key_base64": _encode(record.key),
            "value_base64": _encode(record.value),
            "headers": [
                {"key": name, "value_base64": _encode(value)} for name, value in record.headers[:200]
            ],
            "failed_at": failed_at,
        }
    )


def original_record(letter: DeadLetter) -> Record:
    """The record as it was before it was refused."""
    return Record(
        topic=letter.topic,
        partition=letter.partition,
        offset=letter.offset,
        value=_decode(letter.value_base64),
        key=_decode(letter.key_base64),
        headers=tuple((header.key, _decode(header.value_base64)) for header in letter.headers or ()),
        timestamp_ms=letter.timestamp_ms or 0,
    )


def _encode(data: bytes | None) -> str | None:
    return None if data is None else b64encode(data).decode("ascii")


def _decode(text: str | None) -> bytes | None:
    return None if text is None else b64decode(text)
