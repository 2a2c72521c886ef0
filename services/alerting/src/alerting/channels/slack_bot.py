"""Slack by bot token: chat.postMessage, threads, chat.update, and finding an own post by its metadata."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from stancewatch_schemas.models import Post

from alerting.channels.base import MaybeSent, NotSent, Refused
from alerting.channels.http_errors import retry_after_seconds
from alerting.letter import Letter
from alerting.slack_message import BROADCAST_EVENTS, METADATA_EVENT, message

TIMEOUT_SECONDS = 15
# Our clock and Slack's may differ; a post from before the first attempt can't be ours anyway.
CLOCK_SKEW = timedelta(minutes=5)
PAGE = 200
MOST_PAGES = 25
_PASSING = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_UNCLEAR = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)
# The head can't be edited any more; what matters stands in the thread.
_CANNOT_EDIT = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})


class SlackBotChannel:
    """``channel`` is a channel id; ``interactive`` when Slack's interactivity endpoint is set up."""

    can_thread = True

    def __init__(
        self, token: str, channel: str, interactive: bool = False, api_url: str = "https://slack.com/api/"
    ) -> None:
        self._channel = channel
        self._interactive = interactive
        # No retry handlers: slack_sdk repeats a broken connection by itself and so posts twice.
        self._client = WebClient(token, base_url=api_url, timeout=TIMEOUT_SECONDS, retry_handlers=[])

    def send(self, letter: Letter, head: Post | None) -> Post:
        content = message(letter, self._interactive)
        thread = {} if head is None or letter.role in ("head", "digest", "notice") else {"thread_ts": head.ts}
        if thread and letter.change is not None and letter.change.event in BROADCAST_EVENTS:
            thread["reply_broadcast"] = True  # type: ignore[assignment]
        answer = self._call(
            "chat.postMessage",
            {
                "channel": self._channel,
                "unfurl_links": False,
                "unfurl_media": False,
                "link_names": False,
                "parse": "none",
                **thread,
                **content,
            },
        )
        return Post(channel=str(answer["channel"]), ts=str(answer["ts"]))

    def update(self, letter: Letter, post: Post) -> None:
        content = message(letter, self._interactive)
        try:
            self._call("chat.update", {"channel": post.channel, "ts": post.ts, "parse": "none", **content})
        except Refused as error:
            if error.reason not in _CANNOT_EDIT:
                raise

    def find(self, letter_id: str, since: datetime, head: Post | None) -> Post | None:
        oldest = f"{(since - CLOCK_SKEW).timestamp():.6f}"
        base: dict[str, Any] = {"oldest": oldest, "limit": PAGE, "include_all_metadata": True}
        if head is not None:
            method, base = "conversations.replies", {**base, "channel": head.channel, "ts": head.ts}
        else:
            method, base = "conversations.history", {**base, "channel": self._channel}
        cursor = ""
        for _ in range(MOST_PAGES):
            answer = self._call(method, {**base, "cursor": cursor} if cursor else base)
            for found in answer.get("messages", []):
                metadata = found.get("metadata") or {}
                payload = metadata.get("event_payload") or {}
                if metadata.get("event_type") == METADATA_EVENT and payload.get("delivery_id") == letter_id:
                    return Post(channel=str(base["channel"]), ts=str(found["ts"]))
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None
        return None

    def _call(self, method: str, content: dict[str, Any]) -> dict[str, Any]:
        try:
            # Reading methods take form parameters only; writing ones take JSON.
            if method.startswith("chat."):
                answer = self._client.api_call(method, json=content)
            else:
                form = {
                    name: json.dumps(value) if isinstance(value, bool) else value
                    for name, value in content.items()
                }
                answer = self._client.api_call(method, params=form)
        except SlackApiError as error:
            raise _meaning(error) from None
        except (TimeoutError, ConnectionError, URLError) as error:
            raise _broken(error) from None
        except (OSError, ValueError) as error:
            raise MaybeSent(f"Slack's answer broke off ({type(error).__name__})") from None
        except Exception as error:
            # http.client raises its own kinds when a connection dies in the middle of an answer.
            if type(error).__module__.startswith("http."):
                raise MaybeSent(f"Slack's answer broke off ({type(error).__name__})") from None
            raise
        data = answer.data
        if not isinstance(data, dict):
            raise MaybeSent("Slack's answer is no JSON")
        return data


def _broken(error: Exception) -> NotSent | MaybeSent:
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, ConnectionRefusedError) or "Name or service not known" in str(cause):
        return NotSent("no connection to Slack")
    return MaybeSent(f"no answer from Slack ({type(cause).__name__})")


def _meaning(error: SlackApiError) -> NotSent | MaybeSent | Refused:
    response = error.response
    status = int(getattr(response, "status_code", 0) or 0)
    data = getattr(response, "data", None)
    word = str(data.get("error", "")) if isinstance(data, dict) else ""
    headers = {str(name): str(value) for name, value in (getattr(response, "headers", None) or {}).items()}
    if status == 429 or word in _PASSING:
        asked = retry_after_seconds(headers)
        return NotSent("rate limited by Slack", asked if asked is not None else 30.0)
    if status >= 500 or word in _UNCLEAR or not word:
        return MaybeSent(f"Slack answers HTTP {status} {word}".strip(), retry_after_seconds(headers))
    return Refused(word[:100])
