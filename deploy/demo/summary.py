"""What the demo says at its end: what came of the articles, and what to try next."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from stories import Story

_QUIET = re.compile(r'^stancewatch_quiet_total\{[^}]*reason="([^"]+)"[^}]*\} ([0-9.]+)', re.MULTILINE)


def explain_silence(classifier_port: int, stories: Sequence[Story], messages: int) -> str:
    """How many articles, copies and messages, and the named reasons why the rest was quiet."""
    copies = sum(story.is_wire_copy for story in stories)
    lines = [
        "",
        f"{len(stories)} articles ({copies} of them copies of one text) -> {messages} messages in the inbox.",
    ]
    reasons = quiet_reasons(classifier_port)
    if reasons:
        lines.append("What was read and raised nothing, by reason:")
        lines += [f"  {reason:<22} {count:.0f}" for reason, count in reasons]
    return "\n".join(lines)


def quiet_reasons(classifier_port: int) -> list[tuple[str, float]]:
    """The classifier's own count of every no, most frequent first; empty when it does not answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{classifier_port}/metrics", timeout=3) as answer:
            text = answer.read().decode()
    except OSError:
        return []
    counts: dict[str, float] = {}
    for reason, count in _QUIET.findall(text):
        counts[reason] = counts.get(reason, 0.0) + float(count)
    return sorted(counts.items(), key=lambda pair: -pair[1])


def next_steps(seconds: float, logs: Path) -> str:
    """What to try next."""
    return f"""
The demo took {seconds:.0f} s. The services' logs: {logs}/

Try next:
  make demo KEEP=1                                 the same, then look around the timeline page
  .venv/bin/stancewatch analyze FILE-OR-URL        what one article says, and why it counts or not
  make up CONFIG=deploy/demo/config                real feeds; copy the folder and write your own
  .venv/bin/stancewatch replay --help              the same reader on your own archive, without Kafka
"""
