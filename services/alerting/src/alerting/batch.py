"""Which alerts wait for each other, until when, and from how many on they become one digest. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from stancewatch_schemas.models import StanceChange

from alerting.quiet_hours import next_daily
from alerting.reasons import Reason
from alerting.routes import Route, Routes


@dataclass(frozen=True)
class Batch:
    """``key`` begins with the least number that makes a digest: ``3|politics/group/...``."""

    key: str
    due_at: datetime
    reason: Reason


def batch_for(
    route: Route, receiver: str, change: StanceChange, routes: Routes, now: datetime
) -> Batch | None:
    """None: send at once."""
    name = routes.route_name(route)
    if route.daily is not None:
        due_at = next_daily(now, route.daily)
        return Batch(f"1|{receiver}/daily/{name}/{_stamp(due_at)}", due_at, Reason.DAILY_DIGEST)
    if route.group is not None:
        ids = {"actor": change.actor.id, "issue": change.issue.id, "kind": change.kind}
        group = "/".join(ids[each] for each in route.group.by)
        key = f"{route.group.at_least}|{receiver}/group/{name}/{group}"[:512]
        return Batch(key, now + route.group.wait, Reason.GROUPING)
    return None


def held_batch(receiver: str, until: datetime, reason: Reason) -> Batch:
    """What is held by quiet hours or by the cap comes out together."""
    return Batch(f"2|{receiver}/{reason}/{_stamp(until)}", until, reason)


def least_for_digest(key: str) -> int:
    """From how many on this batch is a digest."""
    number, _, _ = key.partition("|")
    return int(number) if number.isdigit() else 2


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
