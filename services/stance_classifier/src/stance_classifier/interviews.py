"""Transcripts of interviews: who answers the questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from stance_classifier.entities import Mention, guess_kind
from stance_classifier.passages import Document, Span
from stance_classifier.watchlist import Actor

_LINE = re.compile(r"^(?:Q|A):[^\n]*", re.MULTILINE)


def interviewee(
    document: Document, mentions: Sequence[Mention], titled: Sequence[Mention], actors: Sequence[Actor]
) -> Mention | None:
    """The watched person behind "A:": named in the headline or before the first question, and not talked about
    in the conversation; None where that leaves nobody or several."""
    lines = [Span(match.start(), match.end()) for match in _LINE.finditer(document.text)]
    if len(lines) < 2:
        return None
    talked_about = {m.actor_id for m in mentions if any(line.contains(m) for line in lines)}
    introduced = [m for m in mentions if m.actor_id and m.is_person and m.end <= lines[0].start]
    for chosen in ([*titled], introduced):
        ids = {m.actor_id for m in chosen}
        if len(ids) == 1:
            return replace(chosen[0], confidence=0.95)
    left = [a for a in actors if guess_kind(a) == "person" and a.id not in talked_about]
    if len(left) != 1:
        return None
    return Mention(0, 0, "name", left[0].name, left[0].id, left[0].name, 0.75, True)
