"""The local Slack's messages: what was posted and edited, its threads, and the faults to come."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fake_slack_limits import Refusal, check_message

WEBHOOK_CHANNEL = "webhook"


@dataclass
class Message:
    """``ts`` is Slack's id of a message in its channel; ``edits`` counts chat.update."""

    channel: str
    ts: str
    text: str
    blocks: list[dict[str, Any]]
    thread_ts: str | None = None
    metadata: dict[str, Any] | None = None
    edits: int = 0

    def as_api(self, with_metadata: bool) -> dict[str, Any]:
        shown: dict[str, Any] = {"type": "message", "ts": self.ts, "text": self.text, "blocks": self.blocks}
        if self.thread_ts:
            shown["thread_ts"] = self.thread_ts
        if with_metadata and self.metadata:
            shown["metadata"] = self.metadata
        return shown


@dataclass
class Faults:
    """How many of the next posting calls go wrong, and how."""

    storm: int = 0
    retry_after_seconds: float = 1
    lose_responses: int = 0
    fail: int = 0
    hang: int = 0


@dataclass
class Workspace:
    """All state. Thread-safe by ``lock``."""

    token: str = "xoxb-fake"
    channels: set[str] | None = None
    """None: every channel exists."""
    messages: list[Message] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    calls: list[str] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    clock: Callable[[], float] = time.time
    _last_ts: float = 0.0

    def post(self, channel: str, content: dict[str, Any]) -> Message:
        """Take a message, or refuse it as Slack would."""
        if self.channels is not None and channel not in self.channels and channel != WEBHOOK_CHANNEL:
            raise Refusal("channel_not_found")
        check_message(content)
        thread = content.get("thread_ts")
        if thread is not None and self.find(channel, thread) is None:
            raise Refusal("thread_not_found")
        with self.lock:
            self._last_ts = max(self.clock(), self._last_ts + 0.000001)
            message = Message(
                channel=channel,
                ts=f"{self._last_ts:.6f}",
                text=str(content.get("text", "")),
                blocks=content.get("blocks") or [],
                thread_ts=thread,
                metadata=content.get("metadata"),
            )
            self.messages.append(message)
            return message

    def update(self, channel: str, ts: str, content: dict[str, Any]) -> Message:
        """chat.update."""
        check_message(content)
        message = self.find(channel, ts)
        if message is None:
            raise Refusal("message_not_found")
        with self.lock:
            message.text = str(content.get("text", ""))
            message.blocks = content.get("blocks") or []
            message.metadata = content.get("metadata", message.metadata)
            message.edits += 1
        return message

    def find(self, channel: str, ts: str) -> Message | None:
        with self.lock:
            return next((each for each in self.messages if (each.channel, each.ts) == (channel, ts)), None)

    def history(self, channel: str, oldest: float, thread: str | None) -> list[Message]:
        """Newest first without replies; with ``thread``, its messages oldest first."""
        with self.lock:
            mine = [each for each in self.messages if each.channel == channel and float(each.ts) >= oldest]
        if thread is not None:
            return [each for each in mine if thread in (each.ts, each.thread_ts)]
        return [each for each in reversed(mine) if each.thread_ts is None]
