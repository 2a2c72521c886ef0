"""The opposite of a proposition, made by rule."""

from __future__ import annotations

import re
from collections.abc import Callable

_FALLBACK = "It is not the case that "
_Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]


def _rule(pattern: str, repl: str | Callable[[re.Match[str]], str]) -> _Rule:
    return re.compile(pattern), repl


def _do_not(match: re.Match[str]) -> str:
    verb = match.group(1)
    stem = {"has": "have", "needs": "need", "deserves": "deserve", "ought": "ought"}
    helper = "does" if verb in stem else "do"
    return f"{helper} not {stem.get(verb, verb)}{match.group(2)}"


def _flip_right(match: re.Match[str]) -> str:
    other = {"right": "wrong", "wrong": "right"}[match.group(2)]
    return f"{match.group(1)}{other} to"


_AUX = "will|would|can|could|may|might|shall"
_BE = "is|are|was|were"

# The first rule that matches anywhere decides, so "should" wins over a "which is" before it.
_RULES: tuple[_Rule, ...] = (
    _rule(r"\bshould(?:\s+not|n['’]t|\s+never|\s+no\s+longer)\b", "should"),
    _rule(r"\bshould\b", "should not"),
    _rule(r"\bmust(?:\s+not|n['’]t|\s+never)\b", "must"),
    _rule(r"\bmust\b", "must not"),
    _rule(r"\bought\s+not\s+to\b", "ought to"),
    _rule(r"\bought\s+to\b", "ought not to"),
    _rule(r"\b(?:does|do)(?:\s+not|n['’]t)\s+need\s+to\b", "should"),
    _rule(r"\b(?:does|do)(?:\s+not|n['’]t)\s+have\s+to\b", "should"),
    _rule(r"\b(needs|need|has|have)(\s+to)\b", _do_not),
    _rule(rf"\b((?:{_BE})\s+)(right|wrong)\s+to\b", _flip_right),
    _rule(rf"\b({_AUX})(?:\s+not|\s+never)\b", r"\1"),
    _rule(r"\bcan(?:not|['’]t)\b", "can"),
    _rule(r"\bwon['’]t\b", "will"),
    _rule(r"\b(would|could)n['’]t\b", r"\1"),
    _rule(rf"\b({_AUX})\b", r"\1 not"),
    _rule(r"\b(does|do|did)(?:\s+not|n['’]t)\b", r"\1"),
    _rule(rf"\b({_BE})(?:\s+not|n['’]t|\s+no\s+longer)\b", r"\1"),
    _rule(rf"\b({_BE})\b", r"\1 not"),
    _rule(r"\b(deserves|deserve)(\s)", _do_not),
)


def negate(proposition: str) -> str:
    """Return a sentence that says the opposite of ``proposition``.

    >>> negate("The city should build a tram.")
    'The city should not build a tram.'
    >>> negate("Hanover is right to join.")
    'Hanover is wrong to join.'
    """
    text = " ".join(proposition.split())
    if not text:
        return text
    if text.startswith(_FALLBACK):
        rest = text[len(_FALLBACK) :]
        return rest[:1].upper() + rest[1:]
    if not re.match(r"(?:No|Nobody|None|Only|Neither)\b", text):
        for pattern, repl in _RULES:
            made, count = pattern.subn(repl, text, count=1)
            if count:
                return made
    return _FALLBACK + _lower_first(text)


def _lower_first(text: str) -> str:
    first = text.split(" ", 1)[0]
    plain = {"The", "A", "An", "It", "This", "That", "These", "Those", "We", "There", "No"}
    plain |= {"Nobody", "None", "Only", "Neither", "All", "Every", "Its", "Our", "Their"}
    return text[0].lower() + text[1:] if first in plain else text
