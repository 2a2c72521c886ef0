"""A letter as a Slack message: Block Kit within its limits, and a ``text`` that reads well on a phone. Pure.

The pieces are slack_blocks.py's. Every piece of foreign text goes through escape.py.
"""

from __future__ import annotations

from typing import Any

from alerting.escape import safe_url, shorten, slack_escape, slack_link, slack_name
from alerting.letter import Entry, Letter
from alerting.slack_blocks import (
    BUTTON_VALUE_CHARS,
    HEADER_CHARS,
    MOST_BLOCKS,
    SECTION_CHARS,
    TEXT_CHARS,
    Block,
    actions,
    button,
    context,
    header,
    quote_blocks,
    section,
    slack_date,
)
from alerting.text_message import headline, reported_by, title_of
from alerting.view import AlertView, report_of
from alerting.words import (
    EVENTS,
    KINDS,
    VERDICTS,
    confidence_words,
    second_reader_words,
    side,
    sources_words,
    then_or_now,
    why,
)

VERDICT_ACTION = "stancewatch_verdict"
METADATA_EVENT = "stancewatch_delivery"


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
    blocks = [header(_title(view))]
    if view.withdrawal is not None:
        blocks.append(section(f":no_entry: *Withdrawn.* {slack_name(why(view.withdrawal))}"))
    blocks += [section(f":pencil2: *Corrected.* {slack_name(why(each))}") for each in view.corrections[-5:]]
    blocks.append(section(_kind(entry)))
    blocks += quote_blocks(f"Before: {side(view.from_)}", view.from_)
    blocks += quote_blocks(f"{then_or_now(view)}: {side(view.to)}", view.to)
    if view.condition is not None and view.withdrawal is None:
        blocks += quote_blocks(f"Now: {side(view.condition)}", view.condition)
    blocks.append(section(_grounds(view)))
    blocks += _verdict_counts(entry)
    return blocks + _buttons(entry, interactive)


def _title(view: AlertView) -> str:
    """Who, and from what to what: of a name too long for a header the end is cut, never the position."""
    mark = "WITHDRAWN: " if view.withdrawal is not None else ""
    move = f": {side(view.from_)} → {side(view.now)}"
    name = shorten(slack_escape(view.head.actor.name), HEADER_CHARS - len(mark) - len(move))
    return f"{mark}{name}{move}"


def _kind(entry: Entry) -> str:
    """Type of change, issue, tier, sources; and the sentence that "support" and "oppose" refer to."""
    view, head = entry.view, entry.view.head
    status = "Withdrawn" if view.withdrawal else ("Confirmed" if entry.tier == "confirmed" else "Possible")
    return (
        f"*{KINDS[head.kind]}* on *{slack_name(head.issue.name)}* · *{status}*, {sources_words(view.witnesses)}\n"
        f"Toward the sentence: “{slack_name(head.issue.proposition)}”"
    )


def _grounds(view: AlertView) -> str:
    """How sure, who reports it, and why it fired."""
    when = " when it was sent" if view.withdrawal is not None else ""
    lines = [f"*Confidence{when}:* {confidence_words(view.confidence)}"]
    if second_reader := second_reader_words(view.head):
        lines.append(second_reader)
    lines.append(reported_by(view, slack_name))
    if view.head.explanation:
        lines.append(f"Why: {slack_name(view.head.explanation)}")
    return "\n".join(lines)


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
        now = f"Now {confidence_words(letter.entry.view.confidence)}, {sources_words(change.witnesses)}."
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
    return blocks + [section(_paragraph(entry)) for entry in letter.entries[: MOST_BLOCKS - 4]]


def _paragraph(entry: Entry) -> str:
    """One alert of a digest: both quotes, where the new one stands, how sure, and the link to the evidence."""
    view = entry.view
    lines = [
        f"*{headline(entry, slack_name)}*",
        f"Before: “{shorten(slack_name(view.from_.quote), 600)}”",
        f"Now: “{shorten(slack_name(view.now.quote), 1000)}”",
        f"{slack_link(view.now.url, view.now.source)}, {slack_date(view.now.said_at)} · "
        f"{confidence_words(view.confidence)} · {sources_words(view.witnesses)}"
        + (f" · {slack_link(entry.timeline_url, 'Evidence')}" if entry.timeline_url else ""),
    ]
    # A cut could end inside a link: leave the quotes out rather than break the markup.
    whole = "\n".join(lines)
    return whole if len(whole) <= SECTION_CHARS else f"*{headline(entry, slack_name)[:900]}*"


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
    """Where to check it, and below that a question with its three answers."""
    view = entry.view
    places = [("Evidence", entry.timeline_url), ("Article", safe_url(view.now.url))]
    links = [button(label, f"link_{label.lower()}", url=url) for label, url in places if url]
    if interactive and len(view.head.id) <= BUTTON_VALUE_CHARS:
        verdicts = [
            button(label, f"{VERDICT_ACTION}_{name}", value=view.head.id) for name, label in VERDICTS.items()
        ]
    else:
        verdicts = [button(VERDICTS[name], f"link_{name}", url=url) for name, url in entry.verdict_urls]
    blocks = [actions("stancewatch_links", links)] if links else []
    return (
        [*blocks, context("Is it right?"), actions("stancewatch_verdicts", verdicts)] if verdicts else blocks
    )


def _person(by: str, via: str) -> str:
    # Only an id that Slack itself signed may become a mention.
    return f"<@{by}>" if via == "slack" and by.isalnum() else slack_name(by)
