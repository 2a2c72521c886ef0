"""Changes to a text that leave its labels true: other names, other ways to put the proposition."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from stance_classifier.propositions import negate

from stance_training.corpus import Entry
from stance_training.examples import FLIPPED
from stance_training.names import invented_name

SENTENCE_END = re.compile(r"(?<=[.!?])[”\"’']?\s+|\n+")
_ORGANISATION = re.compile(
    r"\b(the|union|council|ministry|association|party|office|bank|league|federation|committee|board|authority|trust"
    r"|club|company|group|commission|institute|university|hospital|church|court|agency|society|alliance|of|for|and)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"(?:[A-ZÀ-Ž][\w'’\-]+ ){1,2}[A-ZÀ-Ž][\w'’\-]+")
ASKED_PLAINLY, ASKED_WRITTEN_NEGATION, ASKED_MADE_NEGATION = 0.45, 0.65, 0.93


def ask(proposition: str, negation: str | None, label: str, rng: random.Random) -> tuple[str, str]:
    """The proposition, its written negation, its made one or the made negation of the written one; label turned."""
    choice = rng.random()
    if choice < ASKED_PLAINLY:
        return proposition, label
    if choice < ASKED_WRITTEN_NEGATION and negation:
        return negation, FLIPPED[label]
    if choice < ASKED_MADE_NEGATION or not negation:
        return negate(proposition), FLIPPED[label]
    return negate(negation), label


def sentences(text: str) -> list[tuple[int, int]]:
    """Ranges of the sentences (good enough to cut at)."""
    ranges, start = [], 0
    for match in SENTENCE_END.finditer(text):
        end = match.start() + (1 if match.group()[:1] in "”\"’'" else 0)
        if end > start:
            ranges.append((start, end))
        start = match.end()
    return [*ranges, (start, len(text))] if start < len(text) else ranges


def covering(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """The sentences that a span touches, as one range."""
    touched = [one for one in sentences(text) if one[0] < span[1] and one[1] > span[0]]
    return (min(span[0], touched[0][0]), max(span[1], touched[-1][1])) if touched else span


def swap_names(text: str, entries: Sequence[Entry], rng: random.Random) -> tuple[str, tuple[Entry, ...]]:
    """Other names for the persons among the actors, in text, actors and quotes alike."""
    swapped: dict[str, str] = {}
    for actor in dict.fromkeys(entry.actor for entry in entries):
        if not _is_person(actor, text):
            continue
        first, *middle, last = actor.split()
        new_first, new_last = invented_name(rng).split(" ", 1)
        swapped.setdefault(last, new_last)
        swapped.setdefault(first, new_first)
        for name in middle:
            swapped.setdefault(name, new_first)
    if not swapped:
        return text, tuple(entries)
    names = sorted(swapped, key=len, reverse=True)
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b")

    def change(words: str) -> str:
        return pattern.sub(lambda match: swapped[match.group(1)], words)

    return change(text), tuple(
        replace(entry, actor=change(entry.actor), quote=change(entry.quote)) for entry in entries
    )


def _is_person(actor: str, text: str) -> bool:
    if not _PERSON.fullmatch(actor) or _ORGANISATION.search(actor):
        return False
    return not re.search(rf"\b[Tt]he (?:\w+ )?{re.escape(actor)}", text)
