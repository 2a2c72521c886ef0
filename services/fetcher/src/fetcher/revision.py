"""Is this the same text, an edited text, or a corrected one? Pure, with the reason named."""

from __future__ import annotations

import difflib
import re
from enum import StrEnum

MAX_DIFF_CHARS = 100_000
MAX_NOTES = 50
MAX_NOTE_CHARS = 2_000
# Above this many paragraphs the diff's cost is no longer bounded by common sense.
MAX_DIFF_PARAGRAPHS = 4_000

NOTE = re.compile(
    r"(^\W{0,3}(corrections?|clarifications?|editor.{0,2}s note|retraction|erratum|amendment|korrektur|rectificatif|"
    r"corrección|rettifica|fe de erratas)\b|an? (earlier|previous) version of this (article|story|report|piece|post)|"
    r"(article|story|report|headline|piece|post) (was|has been) (amended|corrected|updated|edited|changed) "
    r"|(in einer früheren version|dans une version précédente|en una versión anterior))",
    re.IGNORECASE,
)


# Every note has one of these in it; looking for them first is ten times cheaper than the pattern.
NOTE_HINTS = (
    "correct", "clarif", "editor", "retract", "errat", "amend", "korrekt", "rectif", "rettif", "version", "updated",
    "edited", "changed", "versión", "correcci",
)  # fmt: skip


class Change(StrEnum):
    """What became of a text between two readings."""

    SAME = "same"
    WHITE_SPACE = "white_space"
    EDITED = "edited"
    CORRECTED = "corrected"
    COMPLETED = "completed"
    WORSE_READING = "worse_reading"

    @property
    def is_revision(self) -> bool:
        """Whether the new text is published as a new revision."""
        return self in (Change.EDITED, Change.CORRECTED, Change.COMPLETED)


def compare(old_title: str, old_text: str, was_stub: bool, title: str, text: str, is_stub: bool) -> Change:
    """Compare two readings of one article."""
    if (old_title, old_text) == (title, text):
        return Change.SAME
    if _words(old_title) == _words(title) and _words(old_text) == _words(text):
        return Change.WHITE_SPACE
    if is_stub and not was_stub:
        # The paywall came down after our first reading: the old text is the better one.
        return Change.WORSE_READING
    if set(notes_in(text)) - set(notes_in(old_text)):
        return Change.CORRECTED
    return Change.COMPLETED if was_stub and not is_stub else Change.EDITED


def notes_in(text: str) -> list[str]:
    """Corrections and editor's notes among the paragraphs of `text`, in order."""
    found = (p.strip() for p in text.split("\n\n") if len(p) <= MAX_NOTE_CHARS and _is_note(p))
    return list(dict.fromkeys(found))[:MAX_NOTES]


def _is_note(paragraph: str) -> bool:
    folded = paragraph.casefold()
    return any(hint in folded for hint in NOTE_HINTS) and NOTE.search(paragraph) is not None


def unified_diff(old_title: str, old_text: str, title: str, text: str) -> str:
    """Readable difference, paragraph by paragraph, headline first; cut at 100,000 characters."""
    before, after = [old_title, *old_text.split("\n\n")], [title, *text.split("\n\n")]
    if max(len(before), len(after)) > MAX_DIFF_PARAGRAPHS:
        return f"-{len(before)} paragraphs\n+{len(after)} paragraphs"
    lines = difflib.unified_diff(before, after, "before", "after", lineterm="", n=0)
    return "\n".join(lines)[:MAX_DIFF_CHARS]


def _words(text: str) -> list[str]:
    return text.split()
