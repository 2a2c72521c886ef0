"""The pieces of a Slack message, each within Slack's limits. Pure.

Quotes are plain_text (nothing in them can format, link or mention); names in mrkdwn have their formatting signs
replaced. Every piece of foreign text goes through escape.py before it comes here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from stancewatch_schemas.models import PositionRef

from alerting.escape import pieces, shorten, slack_escape, slack_link
from alerting.words import moment

MOST_BLOCKS = 50
SECTION_CHARS = 3000
HEADER_CHARS = 150
TEXT_CHARS = 4000
BUTTON_VALUE_CHARS = 2000

Block = dict[str, Any]


def header(escaped: str) -> Block:
    """A heading; ``escaped`` has been through slack_escape."""
    shown = shorten(escaped, HEADER_CHARS)
    return {"type": "header", "text": {"type": "plain_text", "text": shown, "emoji": False}}


def section(mrkdwn: str) -> Block:
    """A paragraph."""
    return {
        "type": "section",
        "text": {"type": "mrkdwn", "text": shorten(mrkdwn, SECTION_CHARS), "verbatim": True},
    }


def context(mrkdwn: str) -> Block:
    """Small print; over-long link targets give way to the label alone (Slack would refuse the message)."""
    shown = mrkdwn if len(mrkdwn) <= SECTION_CHARS else "Source: link too long"
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": shown, "verbatim": True}]}


def slack_date(when: datetime) -> str:
    """Each reader sees it in their own time zone."""
    return f"<!date^{int(when.timestamp())}^{{date_short}} {{time}}|{moment(when)}>"


def quote_blocks(label: str, place: PositionRef) -> list[Block]:
    """A quote word for word, and above it whose side it is, outlet, date and link."""
    parts = pieces(f"“{slack_escape(place.quote)}”", SECTION_CHARS)
    quoted = [
        {"type": "section", "text": {"type": "plain_text", "text": part, "emoji": False}} for part in parts
    ]
    source = f"*{label}* · {slack_link(place.url, place.source)}, {slack_date(place.said_at)}"
    if place.said_at.date() != place.published_at.date():
        source += f" (published {slack_date(place.published_at)})"
    return [context(source), *quoted]


def button(label: str, action_id: str, **extra: str) -> Block:
    """A button that is a link (``url``) or reports to the interactivity endpoint (``value``)."""
    return {"type": "button", "text": {"type": "plain_text", "text": label}, "action_id": action_id, **extra}


def actions(block_id: str, buttons: list[Block]) -> Block:
    """A row of buttons (a phone wraps it)."""
    return {"type": "actions", "block_id": block_id, "elements": buttons}
