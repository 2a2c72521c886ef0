"""The verdicts in a request that Slack sends when a button is pressed. Pure."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

from alerting.slack_head import VERDICT_ACTION
from alerting.verdicts import WORDS


def verdict_clicks(body: bytes) -> list[tuple[str, str, str, str]]:
    """(alert id, verdict, Slack user, click id) of each verdict button in an interactivity request."""
    try:
        payload = json.loads(parse_qs(body.decode())["payload"][0])
        user = str(payload["user"]["id"])
        actions = [each for each in payload["actions"] if isinstance(each, dict)]
    except (KeyError, IndexError, ValueError, TypeError):
        return []
    clicks = []
    for action in actions:
        word = str(action.get("action_id", "")).removeprefix(f"{VERDICT_ACTION}_")
        if word in WORDS and isinstance(action.get("value"), str) and user:
            clicks.append((action["value"], word, user, str(action.get("action_ts", ""))))
    return clicks
