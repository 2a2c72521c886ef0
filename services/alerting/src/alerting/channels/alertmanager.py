"""Prometheus Alertmanager's API v2: an alert that is active for a while and resolved when withdrawn.

Alertmanager knows an alert by its labels, so a repeat changes nothing.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from stancewatch_schemas.models import Post
from stancewatch_shared.clock import Clock, SystemClock

from alerting.channels.base import OneWay
from alerting.channels.http_errors import post, raise_for_answer
from alerting.escape import plain
from alerting.letter import Entry, Letter
from alerting.text_message import body_of, headline


class AlertmanagerChannel(OneWay):
    """``url`` is the server's address, with or without /api/v2/alerts."""

    def __init__(self, url: str, active_for: timedelta, clock: Clock | None = None) -> None:
        base = url.rstrip("/")
        self._url = base if base.endswith("/api/v2/alerts") else f"{base}/api/v2/alerts"
        self._active_for = active_for
        self._clock = clock or SystemClock()

    def send(self, letter: Letter, head: Post | None) -> Post:  # noqa: ARG002 - one way
        alerts = alertmanager_alerts(letter, self._active_for, self._clock.now())
        if alerts:  # a notice or a verdict is no alert
            answer = post(self._url, json.dumps(alerts).encode(), {"Content-Type": "application/json"})
            raise_for_answer(answer.status_code, answer.headers)
        return Post(channel="alertmanager", ts="")


def alertmanager_alerts(letter: Letter, active_for: timedelta, now: datetime) -> list[dict[str, Any]]:
    """The request's body."""
    return [_alert(entry, active_for, now) for entry in letter.entries if letter.role != "verdict"]


def _alert(entry: Entry, active_for: timedelta, now: datetime) -> dict[str, Any]:
    view = entry.view
    starts = min(now, view.to.published_at)
    withdrawn = view.withdrawal is not None
    alert: dict[str, Any] = {
        # The identity: nothing that an amendment changes may stand here.
        "labels": {
            "alertname": "StanceChange",
            "alert_id": plain(view.head.id),
            "actor": plain(view.head.actor.id),
            "issue": plain(view.head.issue.id),
            "kind": view.head.kind,
            "severity": "info",
        },
        "annotations": {
            "summary": headline(entry),
            "description": body_of(Letter(id=view.head.id, role="head", entries=(entry,))),
            "tier": entry.tier,
        },
        "startsAt": starts.isoformat(),
        "endsAt": (now if withdrawn else now + active_for).isoformat(),
    }
    if entry.timeline_url:
        alert["generatorURL"] = entry.timeline_url
    return alert
