"""The public pages with one hostile alert behind them."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

from alerting.compose import Links
from alerting.feeds import FeedEntry, feed_entries
from alerting.view import AlertView
from alerting.web import NotKept
from stancewatch_schemas.models import Delivery, Post, StanceChange

from tests.unit.alerting.builders import NOON, alert, amendment, change, position, routes, view

LINK, SIGNING = "0123456789abcdef", "signing"
HOSTILE = "<script>alert(1)</script> <!channel> \u202e"


class Backend:
    """One alert with hostile text; remembers the verdicts given."""

    def __init__(self) -> None:
        self.given: list[tuple[str, ...]] = []
        self.amendments: tuple[StanceChange, ...] = ()
        self.is_kafka_down = False
        self.hangs: threading.Event | None = None
        self.change = change(to=position("support", HOSTILE))

    def view(self, alert_id: str) -> AlertView | None:
        return view(self.change, *self.amendments) if alert_id == "c1" else None

    def give_verdict(
        self, alert_id: str, word: str, by: str, via: str, receiver: str | None, click: str
    ) -> bool:
        if self.hangs is not None:
            self.hangs.wait(30)
        if self.is_kafka_down:
            raise NotKept("down")
        if alert_id == "c1":
            self.given.append((alert_id, word, by, via))
        return alert_id == "c1"

    def feed(self, receiver: str) -> list[FeedEntry] | None:
        if receiver != "desk":
            return None
        head = Delivery(
            receiver="desk", change_id="c1", role="head", state="sent", reason="notify", due_at=NOON, sent_at=NOON,
            post=Post(channel="feed", ts=""),
        )  # fmt: skip
        known = alert(self.change, amendment("withdrawn", explanation=HOSTILE), deliveries=[head])
        return feed_entries(
            [known], "desk", routes(), Links("https://timeline.example", "https://a.example", LINK)
        )

    def error_report(self) -> dict[str, Any]:
        return {"error_ratio": None}

    def now(self) -> datetime:
        return NOON
