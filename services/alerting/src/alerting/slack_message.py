"""A letter as a Slack message: Block Kit within its limits, and a ``text`` that reads well on a phone. Pure.

The pieces are slack_blocks.py's. Every piece of foreign text goes through escape.py.
"""

from __future__ import annotations

from typing import Any

from alerting.escape import shorten, slack_name
from alerting.letter import Letter
from alerting.slack_blocks import MOST_BLOCKS, TEXT_CHARS, Block, context, quote_blocks, section
from alerting.slack_digest import digest_blocks
from alerting.slack_head import head_blocks, link_buttons
from alerting.text_message import title_of
from alerting.view import report_of
from alerting.words import EVENTS, VERDICTS, confidence_words, side, sources_words, why

METADATA_EVENT = "stancewatch_delivery"
# They must be seen by all, not only by those who follow the thread.
BROADCAST_EVENTS = ("withdrawn", "corrected")
MARKS = {"withdrawn": ":no_entry:", "corrected": ":pencil2:", "corroborated": ":heavy_check_mark:"}


def message(letter: Letter, interactive: bool = False, in_thread: bool = True) -> dict[str, Any]:
    """``text``, ``blocks`` and the ``metadata`` that carries the letter's id.

    ``interactive``: buttons report to the interactivity endpoint; else they are signed links, where given.
    ``in_thread``: a follow-up stands below its head; else it must say itself what it follows.
    """
    title = title_of(letter, slack_name)
    again = "(Sent again after an interruption: you may have this already.) " if letter.may_be_repeat else ""
    blocks = _blocks(letter, interactive, in_thread)
    if again:
        blocks.insert(0, context(again))
    return {
        "text": shorten(again + title, TEXT_CHARS),
        "blocks": blocks[:MOST_BLOCKS],
        "metadata": {
            "event_type": METADATA_EVENT,
            "event_payload": {"delivery_id": letter.id, "role": letter.role},
        },
    }


def _blocks(letter: Letter, interactive: bool, in_thread: bool) -> list[Block]:
    if letter.role == "notice":
        return [section(slack_name(letter.note))]
    if letter.role == "digest":
        return digest_blocks(letter)
    if letter.role == "verdict":
        return verdict_blocks(letter)
    if letter.role == "follow_up":
        return follow_up_blocks(letter, in_thread)
    return head_blocks(letter.entry, interactive)


def follow_up_blocks(letter: Letter, in_thread: bool) -> list[Block]:
    """What happened since. Withdrawals and corrections are also shown outside the thread: they name the alert."""
    change, view = letter.change, letter.entry.view
    if change is None:
        raise ValueError("a follow-up needs its change")
    mark = MARKS.get(change.event, ":information_source:")
    is_named = not in_thread or change.event in BROADCAST_EVENTS
    title = f"*{title_of(letter, slack_name)}*\n" if is_named else f"*{EVENTS[change.event]}.* "
    blocks = [section(f"{mark} {title}{slack_name(why(change))}")]
    if change.event != "withdrawn":
        report = report_of(change)
        blocks += quote_blocks(f"Report: {side(report)}", report)
        now = f"Now {confidence_words(view.confidence)}, {sources_words(change.witnesses)}."
        blocks.append(context(now))
    elif not in_thread:
        blocks += quote_blocks(f"Withdrawn: {side(view.to)}", view.to)
    return blocks if in_thread else blocks + link_buttons(letter.entry)


def verdict_blocks(letter: Letter) -> list[Block]:
    """An editor's verdict, for the thread."""
    verdict = letter.verdict
    if verdict is None:
        raise ValueError("a verdict letter needs its verdict")
    return [
        section(f":ballot_box_with_check: {_person(verdict.by, verdict.via)}: *{VERDICTS[verdict.verdict]}*")
    ]


def _person(by: str, via: str) -> str:
    # Only an id that Slack itself signed may become a mention.
    return f"<@{by}>" if via == "slack" and by.isalnum() else slack_name(by)
