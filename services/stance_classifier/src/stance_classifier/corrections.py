"""Corrections and retractions: notes in which an outlet takes back what it printed about an actor and an issue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from stance_classifier.issue_links import keyword_positions
from stance_classifier.passages import Document, Span
from stance_classifier.watchlist import Issue

_MARK = re.compile(
    r"\b(?:corrections?|clarifications?|retractions?|editor['’]s note)\b\s*(?:[:.–—-]|and\b|$)"
    r"|\b(?:an? |our |the )?(?:earlier|previous|original) (?:version|report|article|story|headline|edition)\b"
    r"[^.]{0,80}\b(?:said|stated|misstated|misquoted|misattributed|wrongly|incorrectly|mistakenly|erroneously|gave|reported|attributed|suggested|claimed|quoted)\b"
    r"|\b(?:we|this newspaper|this paper|the (?:paper|newspaper|site|agency))\b[^.]{0,60}\b(?:wrongly|incorrectly|mistakenly|erroneously|in error)\b"
    r"|\b(?:was|were|has been|have been) (?:misquoted|misattributed|misreported|wrongly (?:quoted|attributed|reported|described))\b"
    r"|\bwords (?:in|into) the wrong mouth\b|\bin (?:our|an?|the) (?:article|report|story|piece|edition) (?:of|on|published|that)\b"
    r"|\bset the record straight\b|\bwe (?:regret|apologise for|apologize for) the (?:error|mistake|mix-up)\b"
    r"|\b(?:retracts?|retracted|withdraws?|withdrew|withdrawn) (?:the|its|a|this) (?:report|story|article|quote|quotation|dispatch)\b",
    re.IGNORECASE,
)
_FIRST_PERSON_OUTLET = re.compile(
    r"\b(?:we|our|this (?:newspaper|paper|article|page|site)|an? (?:earlier|previous) (?:version|report|article|story|headline|edition))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Correction:
    """Where an article corrects something, in its words."""

    note: Span


def find_corrections(document: Document, title: str) -> list[Correction]:
    """Sentences of the text that announce a correction by the outlet itself."""
    title_says_so = bool(
        re.match(r"\s*(?:corrections?|clarifications?|retraction|corrected)\b", title, re.IGNORECASE)
    )
    found: list[Correction] = []
    for sentence in document.sentences:
        if document.is_quoted(sentence):
            continue
        words = document.text[sentence.start : sentence.end]
        if (title_says_so and not found and len(words) > 30) or (
            _MARK.search(words)
            and (
                title_says_so
                or _FIRST_PERSON_OUTLET.search(words)
                or words[:12].lower().startswith(("correct", "clarif", "retract", "editor"))
            )
        ):
            found.append(Correction(sentence))
    return found


def corrected_issues(
    document: Document, corrections: Sequence[Correction], issues: Sequence[Issue]
) -> list[tuple[Issue, Span]]:
    """Issues whose words stand in a correction or in the two sentences after it, with the note's span."""
    result: list[tuple[Issue, Span]] = []
    for correction in corrections:
        first = document.sentence_at(correction.note.start)
        block = [s for s in document.sentences if first.index - 1 <= s.index <= first.index + 3]
        for issue in issues:
            near = any(keyword_positions(document.text[s.start : s.end], issue) for s in block)
            if near and all(known.id != issue.id for known, _ in result):
                result.append((issue, correction.note))
    return result
