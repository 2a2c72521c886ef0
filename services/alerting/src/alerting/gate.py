"""May this receiver be told now? Quiet hours and the cap per hour. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from stancewatch_schemas.models import StanceChange

from alerting.quiet_hours import quiet_until
from alerting.reasons import Reason
from alerting.receivers import Receiver

CAP_WINDOW = timedelta(hours=1)
# Corrections are never buried: these pass quiet hours.
URGENT_EVENTS = ("corrected", "withdrawn")


@dataclass(frozen=True)
class Hold:
    """Not before ``until``."""

    until: datetime
    reason: Reason


def hold_head(receiver: Receiver, sent_at: Iterable[datetime], now: datetime) -> Hold | None:
    """``sent_at``: when earlier alerts went out to this receiver (a digest counts once). None: go."""
    quiet = quiet_until(now, receiver.quiet_hours)
    if quiet is not None:
        return Hold(quiet, Reason.QUIET_HOURS)
    if receiver.cap_per_hour is None:
        return None
    recent = sorted(moment for moment in sent_at if now - CAP_WINDOW < moment <= now)
    if len(recent) < receiver.cap_per_hour:
        return None
    # The slot of the oldest one that still counts is free again one window after it went out.
    return Hold(recent[-receiver.cap_per_hour] + CAP_WINDOW, Reason.CAP)


def hold_follow_up(receiver: Receiver, change: StanceChange, now: datetime) -> Hold | None:
    """Follow-ups stand in a thread and don't count for the cap; None: go."""
    if change.event in URGENT_EVENTS:
        return None
    quiet = quiet_until(now, receiver.quiet_hours)
    return None if quiet is None else Hold(quiet, Reason.QUIET_HOURS)
