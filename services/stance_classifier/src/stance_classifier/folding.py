"""Length-preserving folding: names match whatever their diacritics, offsets stay true."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_SPECIAL = {
    "ł": "l",
    "Ł": "L",
    "ø": "o",
    "Ø": "O",
    "đ": "d",
    "Đ": "D",
    "ı": "i",
    "ð": "d",
    "Ð": "D",
    "’": "'",
    "‘": "'",
    "`": "'",
    "\u00a0": " ",
    "\u2011": "-",
}


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    decomposed = unicodedata.normalize("NFD", character)
    return decomposed[0] if len(decomposed) > 1 and unicodedata.combining(decomposed[1]) else character


def fold(text: str) -> str:
    """The text without diacritics and typographic apostrophes, exactly as long as before."""
    return text if text.isascii() else "".join(map(_fold_character, text))
