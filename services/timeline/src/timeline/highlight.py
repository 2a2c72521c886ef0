"""The words that were searched for, marked where they occur. Pure; the answer is safe HTML.

Words are compared as the index compares them: without case and diacritics, longer ones as beginnings.
"""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup, escape

# What the index takes for a word (SQLite's unicode61: letters and numbers).
_WORD = re.compile(r"[^\W_]+")
FEWEST_LETTERS_OF_A_BEGINNING = 3


def folded(text: str) -> str:
    """Lower case without diacritics."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text)
    return "".join(each for each in parts if not unicodedata.combining(each)).casefold()


def search_words(query: str) -> tuple[str, ...]:
    """The words of a search, as they are compared."""
    return tuple(dict.fromkeys(folded(word) for word in _WORD.findall(query)))


def is_found(text: str, words: tuple[str, ...]) -> bool:
    """Whether any of the words occurs."""
    if not _may_hold(text, words):
        return False
    return any(_fits(folded(word), words) for word in _WORD.findall(text))


def marked(text: str, words: tuple[str, ...]) -> Markup:
    """``text`` escaped, each word that was searched for in a ``<mark>``."""
    if not _may_hold(text, words):
        return escape(text)
    parts: list[Markup] = []
    end = 0
    for match in _WORD.finditer(text):
        if _fits(folded(match[0]), words):
            parts += [escape(text[end : match.start()]), Markup("<mark>{}</mark>").format(match[0])]
            end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def _may_hold(text: str, words: tuple[str, ...]) -> bool:
    """A quick no for the many texts without any of the words."""
    whole = folded(text)
    return any(word in whole for word in words)


def _fits(word: str, words: tuple[str, ...]) -> bool:
    # One call in C tells nearly every word of a text apart.
    return word.startswith(words) and any(
        len(wanted) >= FEWEST_LETTERS_OF_A_BEGINNING or word == wanted
        for wanted in words
        if word.startswith(wanted)
    )
