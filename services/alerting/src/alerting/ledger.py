"""Outbox and memory: every alert with what each receiver was sent of it, in the compacted topic sent-alerts.

Everything is written, and acknowledged by the broker, before it is believed. One process writes (see
DECISIONS.md); inside it one lock orders the consumer and the workers.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Protocol

from pydantic import BaseModel
from stancewatch_schemas.codec import decode
from stancewatch_schemas.models import Delivery, SentAlert

from alerting.bounds import bounded
from alerting.pick import OPEN_STATES, Item
from alerting.view import AlertView, view_of


class Store(Protocol):
    """What the ledger needs of stancewatch_shared.compacted.CompactedStore."""

    def items(self) -> Iterator[tuple[bytes, bytes]]: ...

    def put(self, key: str | bytes, value: bytes | BaseModel, trace: str | None = None) -> None: ...

    def delete(self, key: str | bytes) -> None: ...


class Ledger:
    """All alerts by id. ``changed`` is notified when a worker may have something new to do."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._alerts: dict[str, SentAlert] = {}
        self._views: dict[str, AlertView | None] = {}
        # Receiver -> ids of the alerts with something open, first come first (a set would forget the order).
        self._open: dict[str, dict[str, None]] = {}
        self._by_pair: dict[tuple[str, str], set[str]] = {}  # (actor, issue) -> ids
        self.changed = threading.Condition(threading.RLock())
        for _, value in store.items():
            self._remember(decode(SentAlert, value))

    def __len__(self) -> int:
        return len(self._alerts)

    def wake(self, timeout_seconds: float) -> None:
        """Wake the workers that wait for something to do; gives up when the lock is held (a broker that is gone)."""
        if self.changed.acquire(timeout=timeout_seconds):
            try:
                self.changed.notify_all()
            finally:
                self.changed.release()

    def get(self, alert_id: str) -> SentAlert | None:
        with self.changed:
            return self._alerts.get(alert_id)

    def view(self, alert_id: str) -> AlertView | None:
        with self.changed:
            return self._views.get(alert_id)

    def put(self, alert: SentAlert) -> None:
        """Write ``alert`` and wait for the broker."""
        alert = bounded(alert)
        with self.changed:
            self._store.put(alert.id, alert, alert.trace)
            self._remember(alert)
            self.changed.notify_all()

    def update(self, alert_id: str, change: Callable[[SentAlert], SentAlert], now: datetime) -> SentAlert:
        """Read, change, write as one step."""
        with self.changed:
            after = change(self._alerts[alert_id]).model_copy(update={"updated_at": now})
            self.put(after)
            return after

    def mark(self, item: Item, now: datetime, **update: object) -> SentAlert:
        """Write a change of one delivery; what others wrote to the alert meanwhile stays."""

        def change(alert: SentAlert) -> SentAlert:
            current = find_delivery(alert, item.delivery)
            marked = current.model_copy(update=update)
            kept = [marked if each is current else each for each in alert.deliveries]
            return alert.model_copy(update={"deliveries": kept})

        return self.update(item.alert.id, change, now)

    def related(self, actor_id: str, issue_id: str) -> list[AlertView]:
        """Views of the alerts on one actor and issue."""
        with self.changed:
            ids = self._by_pair.get((actor_id, issue_id), set())
            return [view for each in sorted(ids) if (view := self._views[each]) is not None]

    def open_items(self, receiver: str) -> list[Item]:
        """Deliveries (all of them) of the alerts where this receiver has something open."""
        with self.changed:
            return [
                Item(self._alerts[each], delivery)
                for each in self._open.get(receiver, {})
                for delivery in self._alerts[each].deliveries
                if delivery.receiver == receiver
            ]

    def open_receivers(self) -> set[str]:
        """Receivers for whom something is open."""
        with self.changed:
            return {name for name, ids in self._open.items() if ids}

    def sent_to(self, receiver: str, since: datetime) -> list[Item]:
        """Heads this receiver was sent after ``since``."""
        with self.changed:
            return [
                Item(alert, each)
                for alert in self._alerts.values()
                if alert.updated_at > since
                for each in alert.deliveries
                if each.receiver == receiver and each.role == "head" and each.sent_at and each.sent_at > since
            ]

    def all_alerts(self) -> list[SentAlert]:
        with self.changed:
            return list(self._alerts.values())

    def forget_older_than(self, age: timedelta, now: datetime) -> int:
        """Tombstones for alerts untouched for ``age`` with nothing open; returns how many."""
        with self.changed:
            open_ids = {alert_id for ids in self._open.values() for alert_id in ids}
            old = [
                each.id
                for each in self._alerts.values()
                if now - each.updated_at > age and each.id not in open_ids
            ]
            for alert_id in old:
                self._store.delete(alert_id)
                self._alerts.pop(alert_id)
                view = self._views.pop(alert_id)
                if view is not None:
                    self._by_pair[(view.head.actor.id, view.head.issue.id)].discard(alert_id)
            return len(old)

    def _remember(self, alert: SentAlert) -> None:
        self._alerts[alert.id] = alert
        view = self._views[alert.id] = view_of(alert)
        if view is not None:
            self._by_pair.setdefault((view.head.actor.id, view.head.issue.id), set()).add(alert.id)
        waiting = {each.receiver for each in alert.deliveries if each.state in OPEN_STATES}
        for receiver in waiting:
            self._open.setdefault(receiver, {}).setdefault(alert.id)
        for receiver, ids in self._open.items():
            if receiver not in waiting:
                ids.pop(alert.id, None)


def find_delivery(alert: SentAlert, wanted: Delivery) -> Delivery:
    """The alert's delivery of the same thing to the same receiver, as it is now."""
    key = (wanted.receiver, wanted.role, wanted.change_id)
    return next(each for each in alert.deliveries if (each.receiver, each.role, each.change_id) == key)
