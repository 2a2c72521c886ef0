"""The demo's Slack: the local fake, and its messages framed for the terminal as they arrive."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from fake_slack import FakeSlack, Message, as_text

WIDTH = 96
TOKEN = "xoxb-fake"  # the local fake's own; there is nothing to protect
CHANNEL = "C0NEWSROOM"
EMOJI = {":heavy_check_mark:": "✔", ":no_entry:": "⛔", ":pencil2:": "✎", ":warning:": "⚠"}
BOLD, RESET = "\033[1m", "\033[0m"
_STRONG = re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])")


class Inbox:
    """A context manager; ``shown`` counts the messages given out so far."""

    def __init__(self) -> None:
        self.slack = FakeSlack()
        self.shown = 0
        self.threads = 0

    @property
    def environment(self) -> dict[str, str]:
        """What leads the alerting service here."""
        return {
            "STANCEWATCH_SLACK_API_URL": self.slack.api_url,
            "STANCEWATCH_SLACK_BOT_TOKEN": TOKEN,
            "STANCEWATCH_SLACK_CHANNEL": CHANNEL,
            "STANCEWATCH_ALERTING_CONSOLE": "false",
        }

    def new_messages(self) -> Iterator[Message]:
        """What has arrived since the last call."""
        for message in self.slack.messages[self.shown :]:
            self.shown += 1
            self.threads += message.thread_ts is not None
            yield message

    def __enter__(self) -> Inbox:
        self.slack.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.slack.stop()


def framed(message: Message, *, colour: bool) -> str:
    """The message between two rules, further in when it stands in a thread."""
    indent = "        " if message.thread_ts else "    "
    title = " in its thread " if message.thread_ts else f" Slack #{message.channel} "
    lines: list[str] = []
    for line in as_text(message).splitlines():
        lines += textwrap.wrap(line, WIDTH - 4, break_on_hyphens=False, break_long_words=False) or [""]
    body = "\n".join(f"{indent}| {_emphasised(line, colour)}".rstrip() for line in lines)
    return f"\n{indent}+-{title}{'-' * (WIDTH - len(title))}\n{body}\n{indent}+{'-' * (WIDTH + 1)}\n"


def _emphasised(line: str, colour: bool) -> str:
    for word, sign in EMOJI.items():
        line = line.replace(word, sign)
    line = _STRONG.sub(rf"{BOLD}\1{RESET}" if colour else r"\1", line)
    if line.startswith("## "):
        return f"{BOLD}{line[3:]}{RESET}" if colour else line[3:]
    return line
