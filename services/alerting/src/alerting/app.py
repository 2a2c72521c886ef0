"""The alerting service: wires Kafka, the ledger, the workers and the pages together; decides nothing.

stance-changes -> plan -> ledger (sent-alerts) -> a worker for each receiver -> channel -> ledger
verdicts       -> ledger -> the same workers
silences       -> asked by plan and workers
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from kafka.errors import KafkaError
from stancewatch_schemas.codec import InvalidMessage, decode
from stancewatch_schemas.models import Origin, SentAlert, StanceChange, Verdict
from stancewatch_shared import metrics
from stancewatch_shared.clock import Clock
from stancewatch_shared.errors import Invalid
from stancewatch_shared.logs import get_logger
from stancewatch_shared.produce import send
from stancewatch_shared.record import Record
from stancewatch_shared.traces import span, trace_of

from alerting.compose import Links
from alerting.dispatcher import Dispatcher
from alerting.feeds import FeedEntry, feed_entries
from alerting.ledger import Ledger
from alerting.muting import Context
from alerting.plan import plan
from alerting.silences import Silences
from alerting.verdicts import VerdictBook, make_verdict, with_verdict
from alerting.view import AlertView, alert_id_of
from alerting.web import NotKept

TOPIC = "stance-changes"
GROUP = "alerting"
VERDICT_ACK_SECONDS = 2.0  # web.py answers within 2.5


def decode_change(record: Record) -> StanceChange:
    """Bytes to a message; Invalid names the rule that is broken."""
    try:
        return decode(StanceChange, record.value)
    except InvalidMessage as error:
        raise Invalid(error.reason) from None


@dataclass
class Alerting:
    """The service's state; ``routes`` come from the dispatcher, which may reload them."""

    ledger: Ledger
    silences: Silences
    dispatcher: Dispatcher
    links: Links
    clock: Clock
    stale_after: timedelta = timedelta(days=7)

    def handle(self, change: StanceChange, record: Record) -> None:
        """Put into the ledger what a change asks for; the workers do the rest. Safe to repeat."""
        now = self.clock.now()
        origin = Origin(
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            timestamp_ms=record.timestamp_ms,
        )
        with self.ledger.changed:
            related = self.ledger.related(change.actor.id, change.issue.id)
            silences = self.silences.in_force(now)
            context = Context(self.dispatcher.routes, silences, related, self._is_stale(record, now))
            known = self.ledger.get(alert_id_of(change))
            with span("plan_alert", trace_of(record.headers)) as trace:
                planned = plan(known, change, context, now, origin, trace)
            if planned.alert is not None:
                self.ledger.put(planned.alert)
        for reason in planned.reasons:
            metrics.ALERT_DECISIONS.labels(str(reason)).inc()
        get_logger().info(
            "change_planned",
            id=change.id,
            change_event=change.event,
            reasons=[str(each) for each in planned.reasons],
            receivers={} if planned.alert is None else _reason_by_receiver(planned.alert, change.id),
        )

    def _is_stale(self, record: Record, now: datetime) -> bool:
        """By the time it was put into Kafka: a replayed dead letter is fresh again."""
        if record.timestamp_ms <= 0:
            return False
        return now - datetime.fromtimestamp(record.timestamp_ms / 1000, UTC) > self.stale_after

    def show_verdict(self, verdict: Verdict) -> None:
        """Put a verdict into its alert, so that the threads show it. Safe to repeat."""
        with self.ledger.changed:
            alert = self.ledger.get(verdict.alert_id)
            after = None if alert is None else with_verdict(alert, verdict, self.clock.now())
            if after is not None:
                self.ledger.put(after)

    def tidy(self, keep: timedelta) -> None:
        """Forget what is older than ``keep``."""
        forgotten = self.ledger.forget_older_than(keep, self.clock.now())
        if forgotten:
            get_logger().info("ledger_tidied", alerts=forgotten)


def _reason_by_receiver(alert: SentAlert, change_id: str) -> dict[str, str]:
    """What a change means for each receiver; where it is not told, by which silence or alert."""
    return {
        each.receiver: f"{each.reason} ({each.detail})"
        if each.state == "muted" and each.detail
        else each.reason
        for each in alert.deliveries
        if each.change_id == change_id
    }


class PublicPages:
    """What web.py asks for (its Backend)."""

    def __init__(self, alerting: Alerting, book: VerdictBook, producer: Any) -> None:
        self._alerting = alerting
        self._book = book
        self._producer = producer

    def view(self, alert_id: str) -> AlertView | None:
        return self._alerting.ledger.view(alert_id)

    def give_verdict(
        self, alert_id: str, word: str, by: str, via: str, receiver: str | None, click: str
    ) -> bool:
        """The topic comes first: what is shown in a thread has been kept."""
        view = self.view(alert_id)
        if view is None:
            return False
        verdict = make_verdict(view, word, by, via, receiver, self._alerting.clock.now(), click)
        try:
            send(self._producer, "verdicts", verdict, key=verdict.id).get(timeout=VERDICT_ACK_SECONDS)
        except KafkaError as error:
            get_logger().error("verdict_not_kept", alert=alert_id, error=type(error).__name__)
            raise NotKept("Kafka did not acknowledge the verdict in time") from error
        return True

    def feed(self, receiver: str) -> list[FeedEntry] | None:
        routes = self._alerting.dispatcher.routes
        known = routes.receiver(receiver)
        if known is None or known.feed is None:
            return None
        return feed_entries(self._alerting.ledger.all_alerts(), receiver, routes, self._alerting.links)

    def error_report(self) -> dict[str, Any]:
        return self._book.report(self.now())

    def now(self) -> datetime:
        return self._alerting.clock.now()
