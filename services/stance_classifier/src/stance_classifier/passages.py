"""Text to paragraphs, sentences and quotations, each with offsets into the article's text.

Sentence splitting is quote-aware: the closing quotation mark stays with its sentence, and a full stop
inside a quotation ends a sentence only where the next one starts with a capital.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

from stance_classifier.lexicon import ABBREVIATIONS

_BOUNDARY = re.compile(r"""(?<=[.!?…])(["'”’»)\]]*)(\s+)(?=["'“‘«(\[]*[^\W_a-z])""")
_ENDS = '.!?…:"”»’)'
_LABEL = re.compile(r"[A-Z][\w .'’\-]{0,40}:\s")
SHORTEST_WRAPPED_CHARACTERS = 60
_LAST_WORD = re.compile(r"([\w.\-]+)\.$")
_OPEN_TO_CLOSE = {"“": "”", '"': '"', "«": "»", "„": "“", "‘": "’", "'": "'"}


@dataclass(frozen=True)
class Span:
    """A half-open range of characters in the article's text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Whether the other lies wholly inside."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True)
class Sentence(Span):
    """One sentence; `paragraph` counts from 0; the headline has paragraph -1."""

    index: int = 0
    paragraph: int = 0


@dataclass(frozen=True)
class Document:
    """An article's text, cut up once for all readers."""

    text: str
    sentences: tuple[Sentence, ...]
    quotations: tuple[Span, ...] = field(default=())

    @cached_property
    def _starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    def sentence_at(self, offset: int) -> Sentence:
        """The sentence in which a character stands."""
        return self.sentences[max(0, bisect_right(self._starts, offset) - 1)]

    def quotations_in(self, span: Span) -> list[Span]:
        """Quotations that touch a span."""
        return [quotation for quotation in self.quotations if quotation.overlaps(span)]

    def is_quoted(self, span: Span) -> bool:
        """Whether a span lies inside a quotation."""
        return any(quotation.contains(span) for quotation in self.quotations)


def split_document(text: str) -> Document:
    """Cuts a text into paragraphs, sentences and quotations (one pass each, linear)."""
    sentences: list[Sentence] = []
    for paragraph, (first, last) in enumerate(_paragraphs(text)):
        for start, end in _sentence_ranges(text, first, last):
            sentences.append(Sentence(start, end, len(sentences), paragraph))
    return Document(text, tuple(sentences), tuple(_quotations(text)))


def _sentence_ranges(text: str, start: int, end: int) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    begin = start
    for match in _BOUNDARY.finditer(text, start, end):
        stop = match.start() + len(match.group(1) or "")
        if _is_abbreviation(text[begin : match.start()]):
            continue
        if text[begin:stop].strip():
            ranges.append(_trim(text, begin, stop))
        begin = match.end()
    if text[begin:end].strip():
        ranges.append(_trim(text, begin, end))
    return ranges


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """Lines, joined where a line break only wraps: behind a long line that ends in the middle of a sentence."""
    ranges: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\n]+", text):
        if ranges and line.start() - ranges[-1][1] == 1 and _wraps(text, line.start() - 1):
            ranges[-1] = (ranges[-1][0], line.end())
        else:
            ranges.append((line.start(), line.end()))
    return [(start, end) for start, end in ranges if text[start:end].strip()]


def _wraps(text: str, newline: int) -> bool:
    line = text[text.rfind("\n", 0, newline) + 1 : newline].rstrip()
    is_long = len(line) >= SHORTEST_WRAPPED_CHARACTERS
    return is_long and line[-1] not in _ENDS and not _LABEL.match(text, newline + 1)


def _is_abbreviation(before: str) -> bool:
    match = _LAST_WORD.search(before)
    if match is None:
        return False
    word = match.group(1).lower()
    return word in ABBREVIATIONS or bool(
        re.fullmatch(r"[a-z](?:\.[a-z])*", word) and match.group(1)[0].isupper()
    )


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _quotations(text: str) -> list[Span]:
    """Quotations by paragraph; one that stays open runs to the paragraph's end (it goes on in the next)."""
    spans: list[Span] = []
    for start, end in _paragraphs(text):
        spans.extend(_quotations_of(text, start, end))
    return spans


def _quotations_of(text: str, start: int, end: int) -> list[Span]:
    spans: list[Span] = []
    position = start
    while position < end:
        opener = text[position]
        closer = _OPEN_TO_CLOSE.get(opener)
        if closer is None or not _opens(text, position, start):
            position += 1
            continue
        stop = _closing(text, position + 1, end, closer)
        if stop is None and opener in "'‘":
            position += 1
            continue
        spans.append(Span(position + 1, end if stop is None else stop))
        position = end if stop is None else stop + 1
    return spans


def _opens(text: str, position: int, start: int) -> bool:
    before = text[position - 1] if position > start else " "
    after = text[position + 1] if position + 1 < len(text) else " "
    return (before.isspace() or before in '([—–-:,“"') and not after.isspace()


def _closing(text: str, position: int, end: int, closer: str) -> int | None:
    while position < end:
        found = text.find(closer, position, end)
        if found < 0:
            return None
        after = text[found + 1] if found + 1 < end else " "
        if closer in "”»" or not after.isalnum():
            return found
        position = found + 1
    return None
