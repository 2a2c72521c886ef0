"""Keep one alert's record small enough for Kafka, however often it is amended or judged. Pure."""

from __future__ import annotations

import json

from stancewatch_schemas.codec import encode
from stancewatch_schemas.models import Delivery, SentAlert, StanceChange

# The topic takes 8 MiB a record: 100 changes of at most 50 kB each leave room.
MOST_CHANGES = 100
MOST_VERDICTS = 200
MOST_DELIVERIES = 1500
LARGEST_CHANGE_CHARS = 50_000
EVIDENCE_KEPT = 8


def stored(change: StanceChange) -> str:
    """The change as the ledger keeps it: a huge one keeps its first and newest pieces of evidence."""
    text = encode(change).decode()
    if len(text) <= LARGEST_CHANGE_CHARS:
        return text
    newest = max(change.evidence, key=lambda each: each.published_at)
    kept = change.evidence[:EVIDENCE_KEPT]
    kept = kept if newest in kept else [*kept[:-1], newest]
    return encode(change.model_copy(update={"evidence": kept})).decode()


def bounded(alert: SentAlert) -> SentAlert:
    """Drop what is oldest and settled; never the change that opened it, a head, or what is still to be sent."""
    changes, deliveries = alert.changes, alert.deliveries
    if len(changes) > MOST_CHANGES:
        opened = [text for text in changes if json.loads(text)["id"] == alert.id][:1]
        rest = [text for text in changes if text not in opened]
        changes = [*opened, *rest[-(MOST_CHANGES - len(opened)) :]]
    surplus = len(deliveries) - MOST_DELIVERIES
    if surplus > 0:
        kept = []
        for each in deliveries:
            if surplus > 0 and _is_settled(each):
                surplus -= 1
            else:
                kept.append(each)
        deliveries = kept
    return alert.model_copy(
        update={"changes": changes, "deliveries": deliveries, "verdicts": alert.verdicts[-MOST_VERDICTS:]}
    )


def _is_settled(delivery: Delivery) -> bool:
    return delivery.role != "head" and delivery.state not in ("pending", "sending")
