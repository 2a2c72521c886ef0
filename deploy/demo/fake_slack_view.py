"""A message as its reader sees it, as text: what Slack would act on, show and link. Pure."""

from __future__ import annotations

import re
from typing import Any

from fake_slack_messages import Message, Workspace

SPECIAL = re.compile(r"<([^<>]*)>")


def shown_mrkdwn(text: str) -> str:
    """mrkdwn as plain text: what Slack would act on stands in doubled angle brackets, links as label (url)."""

    def show(match: re.Match[str]) -> str:
        inner = match[1]
        if inner.startswith("!date^"):
            return inner.rpartition("|")[2]
        if inner[:1] in ("!", "@", "#"):
            return f"«{inner}»"
        url, _, label = inner.partition("|")
        return f"{label} ({url})" if label else url

    return unescape(SPECIAL.sub(show, text))


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mentions(message: Message) -> list[str]:
    """What Slack would act on in this message: mentions of people, groups and channels. Dates are none."""
    texts = [message.text, *(text["text"] for block in message.blocks for text in _mrkdwn_texts(block))]
    found = [inner for text in texts for inner in SPECIAL.findall(text)]
    return [each for each in found if each[:1] in ("!", "@", "#") and not each.startswith("!date^")]


def links(message: Message) -> list[str]:
    """Every address a reader could click on."""
    texts = [message.text, *(text["text"] for block in message.blocks for text in _mrkdwn_texts(block))]
    found = [inner.partition("|")[0] for text in texts for inner in SPECIAL.findall(text) if "://" in inner]
    buttons = [
        each["url"] for block in message.blocks for each in block.get("elements", []) if each.get("url")
    ]
    return [unescape(each) for each in [*found, *buttons]]


def _mrkdwn_texts(block: dict[str, Any]) -> list[dict[str, Any]]:
    texts = [block.get("text"), *block.get("elements", []), *block.get("fields", [])]
    return [each for each in texts if isinstance(each, dict) and each.get("type") == "mrkdwn"]


def as_text(message: Message) -> str:
    """One message as lines of text."""
    lines = []
    for block in message.blocks:
        if block["type"] == "header":
            lines.append(f"## {unescape(block['text']['text'])}")
        elif block["type"] == "section":
            text = block["text"]
            lines.append(shown_mrkdwn(text["text"]) if text["type"] == "mrkdwn" else unescape(text["text"]))
        elif block["type"] == "context":
            lines.append(" ".join(shown_mrkdwn(each["text"]) for each in block["elements"]))
        elif block["type"] == "actions":
            lines.append(" ".join(f"[{each['text']['text']}]" for each in block["elements"]))
    return "\n".join(lines or [shown_mrkdwn(message.text)])


def inbox_text(workspace: Workspace) -> str:
    """All channels with their threads."""
    with workspace.lock:
        heads = [each for each in workspace.messages if each.thread_ts is None]
        parts = []
        for head in heads:
            edited = f" (edited {head.edits}x)" if head.edits else ""
            parts.append(f"#{head.channel}{edited}\n{as_text(head)}")
            replies = [each for each in workspace.messages if each.thread_ts == head.ts]
            parts += ["    ↳ " + as_text(each).replace("\n", "\n      ") for each in replies]
    return "\n\n".join(parts) + "\n"
