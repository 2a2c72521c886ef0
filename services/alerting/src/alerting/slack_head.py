"""The head message of an alert in Slack: who, from what to what, in whose words, how sure, where to check. Pure."""

from __future__ import annotations

from alerting.escape import safe_url, shorten, slack_escape, slack_name
from alerting.letter import Entry
from alerting.slack_blocks import (
    BUTTON_VALUE_CHARS,
    HEADER_CHARS,
    Block,
    actions,
    button,
    context,
    header,
    quote_blocks,
    section,
)
from alerting.text_message import reported_by
from alerting.view import AlertView
from alerting.why_sent import why_sent
from alerting.words import (
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
    sent = " it was sent" if view.withdrawal is not None else ""
    lines.append(f"*Why{sent}:* {why_sent(view)}")
    return "\n".join(lines)


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
    if interactive and len(view.head.id) <= BUTTON_VALUE_CHARS:
        verdicts = [
            button(label, f"{VERDICT_ACTION}_{name}", value=view.head.id) for name, label in VERDICTS.items()
        ]
    else:
        verdicts = [button(VERDICTS[name], f"link_{name}", url=url) for name, url in entry.verdict_urls]
    blocks = link_buttons(entry)
    return (
        [*blocks, context("Is it right?"), actions("stancewatch_verdicts", verdicts)] if verdicts else blocks
    )


def link_buttons(entry: Entry) -> list[Block]:
    """Where to check it."""
    places = [("Evidence", entry.timeline_url), ("Article", safe_url(entry.view.now.url))]
    links = [button(label, f"link_{label.lower()}", url=url) for label, url in places if url]
    return [actions("stancewatch_links", links)] if links else []
