"""Copies of one text are one witness: agency stories, trimmed and retitled, and quotations passed on.

MinHash (Broder 1997) over word shingles of the article; the signature travels with the message. For quotations
the normalised words themselves are compared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rensa import RMinHash

PERMUTATIONS = 128
SAME_TEXT = 0.55
_SHINGLE_WORDS = 5
_WORD = re.compile(r"\w+")


def text_signature(text: str) -> tuple[int, ...]:
    """MinHash signature of a text, 128 values; deterministic."""
    words = [word.lower() for word in _WORD.findall(text)]
    shingles = [
        " ".join(words[i : i + _SHINGLE_WORDS]) for i in range(max(1, len(words) - _SHINGLE_WORDS + 1))
    ]
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=42)
    minhash.update(shingles)
    return tuple(int(value) for value in minhash.digest())


def similarity(first: Sequence[int], second: Sequence[int]) -> float:
    """Estimated Jaccard similarity of two signatures; 0 where one is missing."""
    if not first or len(first) != len(second):
        return 0.0
    return sum(a == b for a, b in zip(first, second, strict=True)) / len(first)


def normalise_quote(quote: str) -> str:
    """A quotation without case, punctuation and marks: what two printings of the same words share."""
    return " ".join(word.lower() for word in _WORD.findall(quote))


def is_same_quote(first: str, second: str) -> bool:
    """Whether two quotations are printings of the same words (at least six words long, one inside the other)."""
    a, b = normalise_quote(first), normalise_quote(second)
    shorter, longer = sorted((a, b), key=len)
    return shorter.count(" ") >= 5 and shorter in longer
