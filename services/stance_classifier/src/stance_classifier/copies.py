"""Copies of one text are one witness: agency stories, trimmed and retitled, and quotations passed on.

Articles are compared by their MinHash signatures, quotations by their normalised words.
"""

from __future__ import annotations

import re

SAME_TEXT = 0.55
"""Share of a signature from which two articles are printings of one text (edited copies in our stories: 0.6 to 1)."""
_WORD = re.compile(r"\w+")
_FEWEST_WORDS = 6


def normalise_quote(quote: str) -> str:
    """A quotation without case, punctuation and marks: what two printings of the same words share."""
    return " ".join(word.lower() for word in _WORD.findall(quote))


def is_same_quote(first: str, second: str) -> bool:
    """Whether two quotations are printings of the same words (at least six words long, one inside the other)."""
    shorter, longer = sorted((normalise_quote(first), normalise_quote(second)), key=len)
    return shorter.count(" ") + 1 >= _FEWEST_WORDS and shorter in longer
