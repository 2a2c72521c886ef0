"""Why somebody is not told: stale, silenced, or outdone by a stronger change. Pure.

Asked when a change is planned and again before it is sent: what was held meanwhile may be muted by then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from stancewatch_schemas.models import Silence

from alerting.matching import silence_for
from alerting.reasons import Reason
from alerting.routes import Routes
from alerting.view import AlertView


@dataclass(frozen=True)
class Context:
    """What the decision rests on. ``alerts`` are the known ones on the same actor and issue."""

    routes: Routes
    silences: list[Silence] = field(default_factory=list)
    alerts: list[AlertView] = field(default_factory=list)
    is_stale: bool = False
    """The change lay in Kafka for so long that to tell it now would be to sell old news as new."""


def muted_by(view: AlertView, receiver: str, context: Context, now: datetime) -> tuple[Reason, str] | None:
    """Why this receiver isn't told, with the silence or the alert behind it; None: it is told."""
    if context.is_stale:
        return Reason.STALE, "it lay in Kafka for longer than STANCEWATCH_ALERTING_STALE_AFTER_DAYS"
    silence = silence_for(view, receiver, context.silences, context.routes, now)
    if silence is not None:
        return Reason.SILENCED, f"silence {silence.id} by {silence.owner}: {silence.reason}"[:1000]
    stronger = inhibited_by(view, context.alerts, context.routes)
    if stronger is not None:
        return Reason.INHIBITED, f"{stronger.head.kind} {stronger.head.id}"
    return None


def inhibited_by(view: AlertView, others: Iterable[AlertView], routes: Routes) -> AlertView | None:
    """The alert on the same actor and issue that mutes this one, or None.

    Both must leave the same side: a softening *after* a reversal leaves the new side and is news.
    """
    head = view.head
    for rule in routes.inhibit:
        if head.kind not in rule.mutes:
            continue
        for other in others:
            apart = abs(other.head.to.published_at - head.to.published_at)
            if (
                other.head.id != head.id
                and other.head.kind in rule.kinds
                and (other.head.actor.id, other.head.issue.id) == (head.actor.id, head.issue.id)
                and other.withdrawal is None
                and apart <= rule.within
                and other.from_.stance == view.from_.stance
            ):
                return other
    return None
