"""Several alerts in one Slack message, a paragraph each. Pure."""

from __future__ import annotations

from alerting.escape import shorten, slack_link, slack_name
from alerting.letter import Entry, Letter
from alerting.slack_blocks import MOST_BLOCKS, SECTION_CHARS, Block, context, header, section, slack_date
from alerting.text_message import headline
from alerting.words import confidence_words, sources_words


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
