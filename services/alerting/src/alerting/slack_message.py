"""A letter as a Slack message: Block Kit within its limits, and a ``text`` that reads well on a phone. Pure.

Quotes are plain_text (nothing in them can format, link or mention); names in mrkdwn have their formatting
signs replaced. Every piece of foreign text goes through escape.py.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from stancewatch_schemas.models import PositionRef

from alerting.escape import pieces, safe_url, shorten, slack_escape, slack_link, slack_name
from alerting.letter import Entry, Letter
from alerting.text_message import headline, title_of
from alerting.view import report_of
from alerting.words import (
    EVENTS,
    KINDS,
    VERDICTS,
    confidence_words,
    moment,
    second_reader_words,
    side,
    sources_words,
    why,
)

MOST_BLOCKS = 50
SECTION_CHARS = 3000
HEADER_CHARS = 150
TEXT_CHARS = 4000
BUTTON_VALUE_CHARS = 2000
VERDICT_ACTION = "stancewatch_verdict"
METADATA_EVENT = "stancewatch_delivery"

Block = dict[str, Any]


def message(letter: Letter, interactive: bool = False) -> dict[str, Any]:
    """``text``, ``blocks`` and the ``metadata`` that carries the letter's id.

    ``interactive``: buttons report to the interactivity endpoint; else they are signed links, where given.
    """
    title = title_of(letter, slack_name)
    again = "(Sent again after an interruption: you may have this already.) " if letter.may_be_repeat else ""
    blocks = _blocks(letter, interactive)
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


def _blocks(letter: Letter, interactive: bool) -> list[Block]:
    if letter.role == "notice":
        return [section(slack_name(letter.note))]
    if letter.role == "digest":
        return digest_blocks(letter)
    if letter.role == "verdict":
        return verdict_blocks(letter)
    if letter.role == "follow_up":
        return follow_up_blocks(letter)
    return head_blocks(letter.entry, interactive)


def head_blocks(entry: Entry, interactive: bool) -> list[Block]:
    """The alert: who, from what to what; both quotes; how sure and why; where to check and to object."""
    view = entry.view
    head = view.head
    status = "Withdrawn" if view.withdrawal else ("Confirmed" if entry.tier == "confirmed" else "Possible")
    withdrawn = "WITHDRAWN: " if view.withdrawal is not None else ""
    blocks = [header(f"{withdrawn}{head.actor.name}: {side(view.from_)} → {side(view.now)}")]
    if view.withdrawal is not None:
        blocks.append(section(f":no_entry: *Withdrawn.* {slack_name(why(view.withdrawal))}"))
    blocks += [section(f":pencil2: *Corrected.* {slack_name(why(each))}") for each in view.corrections[-5:]]
    blocks.append(
        section(
            f"*{KINDS[head.kind]}* on *{slack_name(head.issue.name)}* · *{status}*, "
            f"{sources_words(view.witnesses)}\n{slack_name(head.issue.proposition)}"
        )
    )
    blocks += quote_blocks(f"Before: {side(view.from_)}", view.from_)
    blocks += quote_blocks(f"{'Now' if view.condition is None else 'Then'}: {side(view.to)}", view.to)
    if view.condition is not None:
        blocks += quote_blocks(f"Now: {side(view.condition)}", view.condition)
    sure = f"*Confidence:* {confidence_words(view.confidence)}"
    if second_reader := second_reader_words(head):
        sure += f"\n{second_reader}"
    blocks.append(section(f"{sure}\nReported by {_outlets(entry)}{_why(entry)}"))
    blocks += _verdict_counts(entry)
    buttons = _buttons(entry, interactive)
    if buttons:
        blocks.append({"type": "actions", "block_id": "stancewatch_actions", "elements": buttons})
    return blocks


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


def follow_up_blocks(letter: Letter) -> list[Block]:
    """What happened since, for the thread below the head."""
    change = letter.change
    if change is None:
        raise ValueError("a follow-up needs its change")
    marks = {"withdrawn": ":no_entry:", "corrected": ":pencil2:", "corroborated": ":heavy_check_mark:"}
    mark = marks.get(change.event, ":information_source:")
    blocks = [section(f"{mark} *{EVENTS[change.event]}.* {slack_name(why(change))}")]
    if change.event != "withdrawn":
        report = report_of(change)
        blocks += quote_blocks(f"Report: {side(report)}", report)
        now = f"Now {confidence_words(change.confidence)}, {sources_words(change.witnesses)}."
        blocks.append(context(now))
    return blocks


def verdict_blocks(letter: Letter) -> list[Block]:
    """An editor's verdict, for the thread."""
    verdict = letter.verdict
    if verdict is None:
        raise ValueError("a verdict letter needs its verdict")
    return [
        section(f":ballot_box_with_check: {_person(verdict.by, verdict.via)}: *{VERDICTS[verdict.verdict]}*")
    ]


def digest_blocks(letter: Letter) -> list[Block]:
    """Several alerts in one message, a paragraph each."""
    blocks = [header(f"{len(letter.entries)} changes of position")]
    if letter.note:
        blocks.append(context(slack_name(letter.note)))
    for entry in letter.entries[: MOST_BLOCKS - 4]:
        view = entry.view
        link = slack_link(entry.timeline_url, "Evidence") if entry.timeline_url else ""
        quote = shorten(f"“{slack_name(view.now.quote)}”", 1200)
        words = f"{confidence_words(view.confidence)} · {sources_words(view.witnesses)}"
        source = slack_link(view.now.url, view.now.source)
        lines = f"*{headline(entry, slack_name)}*\n{quote}\n{source} · {words} {link}"
        # A cut could end inside a link: leave the quote out rather than break the markup.
        blocks.append(
            section(lines if len(lines) <= SECTION_CHARS else f"*{headline(entry, slack_name)[:900]}*")
        )
    return blocks


def header(text: str) -> Block:
    shown = shorten(slack_escape(text), HEADER_CHARS)
    return {"type": "header", "text": {"type": "plain_text", "text": shown, "emoji": False}}


def section(mrkdwn: str) -> Block:
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


def _outlets(entry: Entry) -> str:
    names = [slack_name(name) for name in entry.view.outlets]
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _why(entry: Entry) -> str:
    explanation = entry.view.head.explanation
    return f"\nWhy: {slack_name(explanation)}" if explanation else ""


def _verdict_counts(entry: Entry) -> list[Block]:
    counts = entry.view.verdict_counts()
    if not counts:
        return []
    return [
        context(
            "Editors say: "
            + ", ".join(f"{VERDICTS[name]} {number}" for name, number in sorted(counts.items()))
        )
    ]


def _buttons(entry: Entry, interactive: bool) -> list[Block]:
    view = entry.view
    links = [("Evidence", entry.timeline_url), ("Article", safe_url(view.now.url))]
    buttons = [_button(label, f"link_{label.lower()}", url=url) for label, url in links if url]
    if interactive and len(view.head.id) <= BUTTON_VALUE_CHARS:
        for verdict, label in VERDICTS.items():
            buttons.append(_button(label, f"{VERDICT_ACTION}_{verdict}", value=view.head.id))
    else:
        buttons += [_button(VERDICTS[name], f"link_{name}", url=url) for name, url in entry.verdict_urls]
    return buttons


def _button(label: str, action_id: str, **extra: str) -> Block:
    return {"type": "button", "text": {"type": "plain_text", "text": label}, "action_id": action_id, **extra}


def _person(by: str, via: str) -> str:
    # Only an id that Slack itself signed may become a mention.
    return f"<@{by}>" if via == "slack" and by.isalnum() else slack_name(by)
