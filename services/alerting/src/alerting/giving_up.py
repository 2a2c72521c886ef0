"""What could not be delivered goes to the dead letters of stance-changes, in the form of the original record.

``stancewatch dlq replay`` puts it back on stance-changes; the ledger then tries only what failed (plan.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from stancewatch_schemas.codec import cloud_event_headers, decode
from stancewatch_schemas.models import DeadLetter, Delivery, SentAlert, StanceChange
from stancewatch_shared import metrics
from stancewatch_shared.clock import Clock
from stancewatch_shared.dead_letters import dead_letter_topic, make_dead_letter
from stancewatch_shared.produce import send
from stancewatch_shared.record import Record

TOPIC = "stance-changes"
CLASSIFIER_SOURCE = "/stancewatch/stance-classifier"
ACK_SECONDS = 60


class DeadLetters(Protocol):
    """Where failed deliveries go."""

    def write(self, alert: SentAlert, delivery: Delivery, group: str, error: str, message: str) -> None:
        """Returns once it's safe."""
        ...


class KafkaDeadLetters:
    """Writes to stance-changes-dlq and waits for the acknowledgement."""

    def __init__(self, producer: Any, clock: Clock) -> None:
        self._producer = producer
        self._clock = clock

    def write(self, alert: SentAlert, delivery: Delivery, group: str, error: str, message: str) -> None:
        letter = dead_letter_of(alert, delivery, group, error, message, self._clock.now)
        if letter is None:
            return
        send(self._producer, dead_letter_topic(TOPIC), letter, key=letter.id).get(timeout=ACK_SECONDS)
        metrics.DEAD_LETTERS.labels(TOPIC, error).inc()


def dead_letter_of(
    alert: SentAlert, delivery: Delivery, group: str, error: str, message: str, now: Callable[[], Any]
) -> DeadLetter | None:
    """None for a notice or a verdict: they aren't records of stance-changes."""
    for text in alert.changes:
        change = decode(StanceChange, text.encode())
        if change.id == delivery.change_id:
            origin = alert.origin
            record = Record(
                topic=TOPIC,
                partition=origin.partition if origin else 0,
                offset=origin.offset if origin else 0,
                value=text.encode(),
                key=f"{change.actor.id}|{change.issue.id}".encode(),
                headers=tuple(cloud_event_headers(change, CLASSIFIER_SOURCE, alert.trace)),
                timestamp_ms=origin.timestamp_ms if origin else 0,
            )
            letter = make_dead_letter(record, f"alerting/{group}", error, message, now())
            # One change may fail at several receivers, and the place kept is that of the newest change.
            return letter.model_copy(update={"id": f"{TOPIC}/alerting/{group}/{change.id}"[:512]})
    return None
