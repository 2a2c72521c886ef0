"""Changes to a text that leave its labels true: other names, other ways to put the proposition."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from stance_training.corpus import Entry
from stance_training.examples import FLIPPED, affirmed, negated
from stance_training.names import invented_name

SENTENCE_END = re.compile(r"(?<=[.!?])[”\"’']?\s+|\n+")
WRITTEN_NEGATION, MADE_NEGATION = 0.5, 0.45
_ORGANISATION = re.compile(
    r"\b(the|union|council|ministry|association|party|office|bank|league|federation|committee|board|authority|trust"
    r"|club|company|group|commission|institute|university|hospital|church|court|agency|society|alliance|greens"
    r"|liberals|labour|of|for|and)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"(?:[A-ZÀ-ÞĀ-Ž][\w'’\-]+ ){1,2}[A-ZÀ-ÞĀ-Ž][\w'’\-]+")


def ask(
    proposition: str, negation: str | None, label: str, turned: float, rng: random.Random
) -> tuple[str, str]:
    """The proposition or its written negation from the affirmative side, at times negated by rule; label turned.

    `turned` is how much of the opposite is wanted: the shares are WRITTEN_NEGATION and MADE_NEGATION of it.
    """
    if rng.random() < turned * WRITTEN_NEGATION and negation:
        proposition, label = negation, FLIPPED[label]
    proposition, label = affirmed(proposition, label)
    if rng.random() < turned * MADE_NEGATION:
        return negated(proposition, label)
    return proposition, label


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
    touched = [one for one in sentences(text) if overlap(one, span)]
    return (min(span[0], touched[0][0]), max(span[1], touched[-1][1])) if touched else span


def overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two half-open ranges share a character."""
    return one[0] < other[1] and other[0] < one[1]


def swap_names(text: str, entries: Sequence[Entry], rng: random.Random) -> tuple[str, tuple[Entry, ...]]:
    """Other names for the persons among the actors, in text, actors and quotes alike; all or nothing."""
    swapped: dict[str, str] = {}
    for actor in dict.fromkeys(entry.actor for entry in entries):
        if not _is_person(actor, text):
            continue
        first, *middle, last = actor.split()
        new_first, new_last = invented_name(rng).split(" ", 1)
        swapped.setdefault(last, new_last)
        swapped.setdefault(first, new_first)
        for name in middle:
            swapped.setdefault(name, "")
    if not swapped:
        return text, tuple(entries)
    names = sorted(swapped, key=len, reverse=True)
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b")

    def change(words: str) -> str:
        return re.sub(r"  +", " ", pattern.sub(lambda match: swapped[match.group(1)], words))

    renamed = change(text)
    changed = tuple(
        replace(entry, actor=change(entry.actor).strip(), quote=change(entry.quote)) for entry in entries
    )
    if any(entry.quote not in renamed for entry in changed):
        return text, tuple(entries)
    return renamed, changed


def _is_person(actor: str, text: str) -> bool:
    if not _PERSON.fullmatch(actor) or _ORGANISATION.search(actor):
        return False
    return not re.search(rf"\b[Tt]he (?:\w+ )?{re.escape(actor)}", text)
