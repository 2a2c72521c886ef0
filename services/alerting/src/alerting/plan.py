"""From a change to the deliveries it causes, each with its reason. Pure: no time, no network, no Kafka.

1. known already?           -> nothing, but what failed before is tried again (a replayed dead letter)
2. backfill, unknown head?  -> nothing
3. receivers that have (or will have) the head message -> a follow-up, or the head tells it too
4. receivers of the routes that match now and have no head -> the head, unless silenced or inhibited
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from stancewatch_schemas.models import Delivery, Origin, SentAlert, StanceChange

from alerting.batch import Batch, batch_for
from alerting.bounds import stored
from alerting.matching import mismatch
from alerting.muting import Context, muted_by
from alerting.reasons import Reason
from alerting.routes import Routes
from alerting.view import AlertView, alert_id_of, view_of


@dataclass(frozen=True)
class Planned:
    """``alert`` is what to remember (None: nothing changed); ``reasons`` tell what was decided and why."""

    alert: SentAlert | None
    reasons: list[Reason]


def plan(
    known: SentAlert | None,
    change: StanceChange,
    context: Context,
    now: datetime,
    origin: Origin | None = None,
    trace: str | None = None,
) -> Planned:
    """Decide who is told of ``change``. ``known`` is its alert so far, if there is one."""
    if change.backfill:
        return Planned(None, [Reason.BACKFILL])
    if known is not None and knows(known, change.id):
        return _again(known, change.id, now)
    before = known or SentAlert(id=alert_id_of(change), updated_at=now)
    alert = before.model_copy(
        update={
            "changes": [*before.changes, stored(change)],
            "updated_at": now,
            "origin": origin or before.origin,
            "trace": trace or before.trace,
        }
    )
    view = view_of(alert)
    if view is None:
        return Planned(alert, [Reason.HEAD_UNKNOWN])
    deliveries = _amended(alert, change, now) + list(_opened(alert, view, change, context, now))
    added = deliveries[len(alert.deliveries) :]
    reasons = [Reason(each.reason) for each in added] or [Reason.NO_ROUTE]
    return Planned(alert.model_copy(update={"deliveries": deliveries}), reasons)


def knows(alert: SentAlert, change_id: str) -> bool:
    """Whether the alert has this change already."""
    return any(json.loads(text)["id"] == change_id for text in alert.changes)


def _again(known: SentAlert, change_id: str, now: datetime) -> Planned:
    """A repeat tells nobody twice; but if a delivery failed, the repeat is the wish to try it again."""

    def retried(each: Delivery) -> Delivery:
        if each.change_id != change_id or each.state != "failed":
            return each
        return each.model_copy(
            update={
                "state": "pending",
                "reason": Reason.REPLAYED,
                "detail": "",
                "due_at": now,
                "attempts": 0,
                "first_tried_at": None,
            }
        )

    deliveries = [retried(each) for each in known.deliveries]
    if deliveries == known.deliveries:
        return Planned(None, [Reason.ALREADY_KNOWN])
    return Planned(known.model_copy(update={"deliveries": deliveries, "updated_at": now}), [Reason.REPLAYED])


def _amended(alert: SentAlert, change: StanceChange, now: datetime) -> list[Delivery]:
    """The alert's deliveries, and what this amendment means for each receiver that has the head."""
    if change.id == alert.id:
        return list(alert.deliveries)
    kept: list[Delivery] = []
    added: list[Delivery] = []
    for each in alert.deliveries:
        if each.role != "head":
            kept.append(each)
        elif each.state == "pending" and change.event == "withdrawn" and each.first_tried_at is None:
            kept.append(each.model_copy(update={"state": "muted", "reason": Reason.WITHDRAWN_BEFORE_SENT}))
            added.append(_follow_up(each.receiver, change, now, Reason.WITHDRAWN_BEFORE_SENT))
        elif each.state == "pending" and each.first_tried_at is None:
            kept.append(each)
            added.append(_follow_up(each.receiver, change, now, Reason.FOLDED))
        elif each.state == "muted":
            kept.append(each)
            added.append(_follow_up(each.receiver, change, now, Reason.HEAD_NOT_SENT))
        else:  # sent, on its way, or failed: the worker lets a follow-up wait for its head
            kept.append(each)
            added.append(_follow_up(each.receiver, change, now, Reason.AMENDS))
    return [*kept, *added]


def _follow_up(receiver: str, change: StanceChange, now: datetime, reason: Reason) -> Delivery:
    state = "pending" if reason is Reason.AMENDS else "muted"
    return Delivery(
        receiver=receiver, change_id=change.id, role="follow_up", state=state, reason=reason, due_at=now
    )


def _opened(
    alert: SentAlert, view: AlertView, change: StanceChange, context: Context, now: datetime
) -> Iterator[Delivery]:
    """Heads for receivers that match now and had none: new alerts, and those a second source promotes."""
    if view.withdrawal is not None:
        return
    have = {each.receiver for each in alert.deliveries if each.role == "head"}
    reason = Reason.NOTIFY if change.id == alert.id else Reason.PROMOTED
    for receiver, route_name, batch in _receivers(view, context.routes, now):
        if receiver in have:
            continue
        have.add(receiver)
        muted = muted_by(view, receiver, context, now)
        yield Delivery(
            receiver=receiver,
            change_id=alert.id,
            role="head",
            state="pending" if muted is None else "muted",
            reason=(batch.reason if batch else reason) if muted is None else muted[0],
            detail=route_name if muted is None else muted[1],
            due_at=batch.due_at if batch else now,
            batch=batch.key if batch else None,
            opened_by=None if change.id == alert.id else change.id,
        )


def _receivers(view: AlertView, routes: Routes, now: datetime) -> Iterator[tuple[str, str, Batch | None]]:
    for route in routes.routes:
        if mismatch(route.match, view, routes) is None:
            for receiver in route.receivers:
                yield receiver, routes.route_name(route), batch_for(route, receiver, view.head, routes, now)
            if route.stop:
                return
