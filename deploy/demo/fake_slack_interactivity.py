"""A click on a button, as Slack reports it: the signed request to the app's interactivity URL."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from fake_slack_messages import Message

# Slack tells the person who clicked that it failed when no answer comes within 3 seconds.
ANSWER_WITHIN_SECONDS = 3


def click(message: Message, action_id: str, user: str, url: str, signing_secret: str) -> int:
    """Press a button of ``message``; returns the answer's status."""
    now_seconds = time.time()
    body = click_body(message, action_id, user, now_seconds)
    headers = signed_headers(body, signing_secret, int(now_seconds))
    with urlopen(Request(url, data=body, headers=headers), timeout=ANSWER_WITHIN_SECONDS) as answer:
        return int(answer.status)


def click_body(message: Message, action_id: str, user: str, now_seconds: float) -> bytes:
    """The form that carries the click. Raises LookupError when the message has no such button."""
    buttons: list[dict[str, Any]] = [
        each for block in message.blocks for each in block.get("elements", []) if each.get("action_id")
    ]
    button = next((each for each in buttons if each["action_id"] == action_id), None)
    if button is None:
        raise LookupError(f"no button {action_id}; there are {[each['action_id'] for each in buttons]}")
    action = {
        "type": "button", "action_id": action_id, "value": button.get("value"), "action_ts": f"{now_seconds:.6f}",
    }  # fmt: skip
    payload = {
        "type": "block_actions", "user": {"id": user}, "channel": {"id": message.channel},
        "message": {"ts": message.ts}, "actions": [action],
    }  # fmt: skip
    return urlencode({"payload": json.dumps(payload)}).encode()


def signed_headers(body: bytes, signing_secret: str, timestamp: int) -> dict[str, str]:
    """Slack's v0 signature over time and body."""
    base = f"v0:{timestamp}:".encode() + body
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": str(timestamp),
        "X-Slack-Signature": "v0=" + hmac.new(signing_secret.encode(), base, hashlib.sha256).hexdigest(),
    }
