"""Ids computed from content: the same delivery has the same id after any restart."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from stancewatch_schemas.models import Delivery


def delivery_id(delivery: Delivery) -> str:
    """What a message carries so that it can be found again."""
    return f"{delivery.change_id}/{delivery.role}/{delivery.receiver}"


def digest_id(receiver: str, alert_ids: Iterable[str]) -> str:
    """Of a digest with these alerts."""
    return f"digest/{_hash(receiver, *sorted(alert_ids))}"


def verdict_id(alert_id: str, by: str, given_at: str) -> str:
    """Of a verdict; ``given_at`` as the click's own time."""
    return f"verdict/{_hash(alert_id, by, given_at)}"


def silence_id(*parts: str) -> str:
    """Short enough to type into ``stancewatch silence expire``."""
    return f"s-{_hash(*parts)[:10]}"


def _hash(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()[:24]
