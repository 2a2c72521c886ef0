"""Where an alert would go and why: the service's own decisions, written out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from stancewatch_schemas.models import Delivery, Silence, StanceChange

from alerting.gate import hold_head
from alerting.matching import desks_of, mismatch, tier_of
from alerting.muting import Context
from alerting.plan import plan
from alerting.receivers import Receiver
from alerting.routes import Routes
from alerting.view import fold
from alerting.words import confidence_words, moment, sources_words


@dataclass(frozen=True)
class Explained:
    """``lines`` are for a person; ``is_told``: somebody would be told, now or later."""

    lines: list[str]
    is_told: bool


def explain(change: StanceChange, routes: Routes, silences: list[Silence], now: datetime) -> Explained:
    """Try ``change`` on ``routes`` as if it came at ``now`` and nothing had been sent before."""
    view = fold([change])
    if view is None:
        return Explained(["It amends an alert: it follows that alert to where it was sent."], False)
    lines = [
        f"{change.kind} by {change.actor.id} on {change.issue.id}: {tier_of(view, routes.tiers)}, "
        f"{confidence_words(view.confidence)}, {sources_words(view.witnesses)}, "
        f"desks: {', '.join(desks_of(change, routes.desks)) or 'none'}",
        "",
    ]
    is_stopped = False
    for route in routes.routes:
        reason = "an earlier route says stop" if is_stopped else mismatch(route.match, view, routes)
        mark = "no: " + reason if reason else "yes" + (", and stop" if route.stop else "")
        lines.append(f"route {routes.route_name(route)} -> {', '.join(route.receivers)}: {mark}")
        is_stopped = is_stopped or (reason is None and route.stop)
    planned = plan(None, change, Context(routes, silences), now)
    deliveries = planned.alert.deliveries if planned.alert else []
    lines += ["", *(_receiver_line(each, routes.receiver(each.receiver), now) for each in deliveries)]
    if not deliveries:
        lines.append(f"nobody is told: {', '.join(planned.reasons)}")
    return Explained(lines, any(each.state == "pending" for each in deliveries))


def _receiver_line(delivery: Delivery, receiver: Receiver | None, now: datetime) -> str:
    channel = "" if receiver is None else f" ({receiver.channel})"
    start = f"{delivery.receiver}{channel}:"
    if delivery.state == "muted":
        return f"{start} not told, {delivery.reason}: {delivery.detail}"
    hold = None if receiver is None else hold_head(receiver, [], max(now, delivery.due_at))
    if hold is not None:
        return f"{start} held until {moment(hold.until)} ({hold.reason})"
    if delivery.due_at > now:
        return f"{start} at {moment(delivery.due_at)} ({delivery.reason})"
    return f"{start} at once"
