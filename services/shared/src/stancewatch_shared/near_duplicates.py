"""MinHash of a text (Broder 1997): copies of one agency story share most of it, however trimmed or retitled.

The fetcher signs articles, the classifier compares signatures: both must count the same shingles. Needs rensa, which those two services depend on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rensa import RMinHash

PERMUTATIONS = 128
SEED = 42
WORDS_PER_SHINGLE = 5
MAX_WORDS = 20_000
WORD = re.compile(r"\w+")


def signature(text: str) -> list[int]:
    """128 numbers of 32 bits over shingles of 5 words; empty for a text shorter than one shingle.

    The share of equal positions of two signatures estimates how much of the texts is common (Jaccard).
    """
    words = WORD.findall(text.casefold())[:MAX_WORDS]
    if len(words) < WORDS_PER_SHINGLE:
        return []
    shingles = [" ".join(words[i : i + WORDS_PER_SHINGLE]) for i in range(len(words) - WORDS_PER_SHINGLE + 1)]
    sketch = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    sketch.update(shingles)
    return [int(value) for value in sketch.digest()]


def similarity(one: Sequence[int], other: Sequence[int]) -> float:
    """Estimated common share of two texts, from 0 to 1; 0 if either has no signature."""
    if not one or len(one) != len(other):
        return 0.0
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)
