"""Which watched issues an utterance may be about: keywords in the sentence, beside it, or in the article.

A cheap gate with named strengths; the joint question to the stance model decides the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from stance_classifier.folding import fold
from stance_classifier.lexicon import FUNCTION_WORDS
from stance_classifier.passages import Document, Span
from stance_classifier.watchlist import Issue

IN_UTTERANCE, BESIDE, IN_PARAGRAPH, IN_ARTICLE, ONE_OF_SEVERAL = 1.0, 0.95, 0.85, 0.7, 0.2
FARTHEST_SENTENCES = 3


@dataclass(frozen=True)
class IssueLink:
    """How near an issue's words stand to an utterance (strength 0 to 1)."""

    issue_id: str
    strength: float


@lru_cache(maxsize=512)
def _pattern(issue: Issue) -> re.Pattern[str]:
    """Keywords; where the editor gave none, the content words of the proposition."""
    keywords = issue.keywords or tuple(
        word + "*"
        for word in re.findall(r"[\w\-]{4,}", fold(issue.proposition).lower())
        if word not in FUNCTION_WORDS
    )
    parts = []
    for keyword in keywords:
        stem = fold(keyword).strip().rstrip("*")
        if stem:
            plural = r"\w*" if keyword.endswith("*") else r"(?:e?s)?(?:['’]s)?"
            parts.append(re.escape(stem).replace(r"\ ", r"\s+") + plural)
    return re.compile(r"(?<![\w])(?:" + "|".join(parts or ["(?!)"]) + r")(?![\w])", re.IGNORECASE)


def keyword_positions(text: str, issue: Issue) -> list[int]:
    """Where the issue's keywords begin in a text (diacritics and case ignored)."""
    return [match.start() for match in _pattern(issue).finditer(fold(text))]


def link_issues(
    document: Document, title: str, unit: Span, issues: Sequence[Issue], hits: dict[str, list[int]]
) -> list[IssueLink]:
    """The issues that an utterance may be about: those it names; else those named nearest before or behind it;
    else, weakly, those named anywhere in article or headline.

    `hits` holds keyword_positions of the document's text per issue id.
    """
    first = document.sentence_at(unit.start).index
    last = document.sentence_at(max(unit.start, unit.end - 1)).index
    distances = {issue.id: _distance(document, hits[issue.id], first, last) for issue in issues}
    named = [IssueLink(issue_id, IN_UTTERANCE) for issue_id, distance in distances.items() if distance == 0]
    if named:
        return named
    near = min((d for d in distances.values() if d is not None and d <= FARTHEST_SENTENCES), default=None)
    if near is not None:
        strength = BESIDE if near <= 1 else IN_PARAGRAPH
        return [IssueLink(issue_id, strength) for issue_id, distance in distances.items() if distance == near]
    somewhere = [i for i in issues if hits[i.id] or keyword_positions(title, i)]
    return [IssueLink(issue.id, IN_ARTICLE if len(somewhere) == 1 else ONE_OF_SEVERAL) for issue in somewhere]


def _distance(document: Document, positions: Sequence[int], first: int, last: int) -> float | None:
    """Sentences between an utterance and the nearest words of an issue; what follows counts half a sentence more."""
    distances: list[float] = []
    for position in positions:
        index = document.sentence_at(position).index
        if first <= index <= last:
            return 0
        distances.append(first - index if index < first else index - last + 0.5)
    return min(distances, default=None)
