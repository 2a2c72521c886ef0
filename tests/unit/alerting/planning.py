"""What the tests of planning and muting share."""

from __future__ import annotations

from typing import Any

from alerting.muting import Context
from alerting.plan import Planned, plan
from alerting.routes import Routes
from stancewatch_schemas.models import SentAlert, StanceChange

from tests.unit.alerting.builders import NOON, routes


def planned(
    change_: StanceChange, known: SentAlert | None = None, chosen: Routes | None = None, **more: Any
) -> Planned:
    return plan(known, change_, Context(chosen or routes(), **more), NOON)


def told(result: Planned) -> list[tuple[str, str, str]]:
    deliveries = result.alert.deliveries if result.alert else []
    return [(each.receiver, each.state, each.reason) for each in deliveries]
