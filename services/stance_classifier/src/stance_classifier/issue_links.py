"""Which watched issues an utterance may be about: keywords in the sentence, beside it, or in the article.

A cheap gate with named strengths; the joint question to the stance model decides the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from stance_classifier.folding import fold
from stance_classifier.passages import Document, Span
from stance_classifier.watchlist import Issue

IN_UTTERANCE, BESIDE, IN_PARAGRAPH, IN_ARTICLE = 1.0, 0.85, 0.7, 0.5

_STOP = frozenset(
    [
        "should",
        "must",
        "would",
        "could",
        "will",
        "the",
        "a",
        "an",
        "of",
        "to",
        "in",
        "on",
        "for",
        "and",
        "or",
        "be",
        "is",
        "are",
        "not",
        "its",
        "it",
        "their",
        "his",
        "her",
        "at",
        "by",
        "with",
        "from",
        "that",
        "this",
        "as",
        "has",
        "have",
        "go",
        "ahead",
        "right",
        "wrong",
        "new",
        "all",
        "more",
        "than",
        "need",
        "needs",
        "ought",
        "shall",
        "under",
        "over",
        "into",
        "out",
        "up",
        "off",
        "only",
        "made",
        "make",
        "keep",
        "kept",
        "let",
        "allowed",
        "allow",
        "every",
        "no",
        "any",
        "who",
        "which",
    ]
)


@dataclass(frozen=True)
class IssueLink:
    """How near an issue's words stand to an utterance (strength 0 to 1)."""

    issue_id: str
    strength: float


@lru_cache(maxsize=512)
def _pattern(issue: Issue) -> re.Pattern[str]:
    """Keywords; where the editor gave none, the content words of the proposition."""
    keywords = issue.keywords or tuple(
        word + "*" for word in re.findall(r"[\w\-]{4,}", fold(issue.proposition).lower()) if word not in _STOP
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
    """Links of one utterance, strongest first; issues without any keyword in article or title are left
    out, and where the utterance names some watched issue in so many words, so are those it does not name.

    `hits` holds keyword_positions of the document's text per issue id.
    """
    sentence = document.sentence_at(unit.start)
    links: list[IssueLink] = []
    for issue in issues:
        positions = hits[issue.id]
        if any(unit.start <= p < unit.end for p in positions):
            strength = IN_UTTERANCE
        elif any(abs(document.sentence_at(p).index - sentence.index) <= 1 for p in positions):
            strength = BESIDE
        elif any(document.sentence_at(p).paragraph == sentence.paragraph for p in positions):
            strength = IN_PARAGRAPH
        elif positions or keyword_positions(title, issue):
            strength = IN_ARTICLE
        else:
            continue
        links.append(IssueLink(issue.id, strength))
    named = [link for link in links if link.strength >= IN_UTTERANCE]
    if named:
        return named
    return sorted(links, key=lambda link: -link.strength)
