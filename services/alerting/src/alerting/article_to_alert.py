"""How long it took from an article to the alert that it led to, and by which path. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from stancewatch_schemas.codec import decode
from stancewatch_schemas.models import Delivery, SentAlert, StanceChange

from alerting.reasons import Reason

AT_ONCE = "at_once"


@dataclass(frozen=True)
class Latency:
    """``path`` is AT_ONCE, or why the alert waited on purpose: no objective counts those."""

    path: str
    seconds: float


def article_to_alert(alert: SentAlert, delivery: Delivery, now: datetime) -> Latency | None:
    """Of a head that is out; None where nobody noted when the article was seen, and for all that isn't a head.

    A receiver that a second source promoted to is measured from that source's article.
    """
    if delivery.role != "head":
        return None
    opened_by = delivery.opened_by or alert.id
    changes = (decode(StanceChange, text.encode()) for text in alert.changes)
    first_seen_at = next((each.first_seen_at for each in changes if each.id == opened_by), None)
    if first_seen_at is None:
        return None
    return Latency(path_of(delivery), max(0.0, (now - first_seen_at).total_seconds()))


def path_of(delivery: Delivery) -> str:
    """A retry keeps its batch, so what was held and then failed still counts as held."""
    if delivery.reason == Reason.REPLAYED:
        return str(Reason.REPLAYED)
    if delivery.batch is None:
        return AT_ONCE
    _, _, key = delivery.batch.partition("|")
    return key.removeprefix(f"{delivery.receiver}/").partition("/")[0]
