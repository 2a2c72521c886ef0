"""Any HTTP endpoint: a CloudEvents 1.0 event as JSON, signed as Standard Webhooks (standardwebhooks.com) says.

The receiver drops ids it knows, so a repeat after a lost answer does no harm.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from stancewatch_schemas.models import Post
from stancewatch_shared.clock import Clock, SystemClock

from alerting.channels.base import OneWay
from alerting.channels.http_errors import post, raise_for_answer
from alerting.letter import Entry, Letter
from alerting.signatures import sign_webhook
from alerting.text_message import body_of, title_of


class WebhookChannel(OneWay):
    """``secret`` (any text) signs; without it nothing is signed."""

    def __init__(self, url: str, secret: str | None, source: str, clock: Clock | None = None) -> None:
        self._url = url
        self._secret = secret
        self._source = source
        self._clock = clock or SystemClock()

    def send(self, letter: Letter, head: Post | None) -> Post:  # noqa: ARG002 - one way
        now = self._clock.now()
        body = json.dumps(cloud_event(letter, self._source, now), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/cloudevents+json; charset=utf-8", "webhook-id": letter.id}
        if self._secret is not None:
            timestamp = int(now.timestamp())
            headers["webhook-timestamp"] = str(timestamp)
            headers["webhook-signature"] = sign_webhook(self._secret, letter.id, timestamp, body)
        if letter.trace is not None:
            headers["traceparent"] = letter.trace
        # Header values are latin-1 on the wire: ids may hold any text.
        safe = {name: value.encode("ascii", "backslashreplace").decode() for name, value in headers.items()}
        answer = post(self._url, body, safe)
        raise_for_answer(answer.status_code, answer.headers)
        return Post(channel="webhook", ts=letter.id[:512])


def cloud_event(letter: Letter, source: str, now: datetime) -> dict[str, Any]:
    """The event: ``data`` has the message as text and every alert in full."""
    event = {
        "specversion": "1.0",
        "id": letter.id,
        "source": source,
        "type": f"stancewatch.alert.{_kind(letter)}.v1",
        "time": now.astimezone(UTC).isoformat(),
        "datacontenttype": "application/json",
        "data": {
            "title": title_of(letter),
            "text": body_of(letter),
            "alerts": [_alert(entry) for entry in letter.entries],
        },
    }
    if letter.role == "verdict" and letter.verdict is not None:
        event["data"]["verdict"] = letter.verdict.model_dump(mode="json")  # type: ignore[index]
    if len(letter.entries) == 1:
        event["subject"] = letter.entry.view.head.id
    return event


def _kind(letter: Letter) -> str:
    return letter.change.event if letter.role == "follow_up" and letter.change else letter.role


def _alert(entry: Entry) -> dict[str, Any]:
    view = entry.view
    return {
        "id": view.head.id,
        "tier": entry.tier,
        "withdrawn": view.withdrawal is not None,
        "confidence": view.confidence,
        "witnesses": view.witnesses,
        "timeline_url": entry.timeline_url,
        "change": view.head.model_dump(mode="json", by_alias=True),
        "amendments": [each.model_dump(mode="json", by_alias=True) for each in view.amendments],
    }
