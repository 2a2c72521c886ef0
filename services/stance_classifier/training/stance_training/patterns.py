"""Patterns times measures: wording and issue made independent. Marked as made, not written."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

from stance_classifier.propositions import negate

from stance_training.corpus import read_lines
from stance_training.examples import FLIPPED, Example, affirmed, sentence
from stance_training.names import invented_name

PRONOUNS = ({"he": "he", "his": "his", "him": "him"}, {"he": "she", "his": "her", "him": "her"})
QUOTED = re.compile(r"[“\"]([^”\"]{12,})[”\"]")
WEIGHT = 0.8


def build_patterns(folder: Path, count: int, turned: float, seed: int) -> list[Example]:
    """`turned` is the share with the measure's opposite pole, and the share asked from the negation.

    All turned from the start is a trap (a parity of three bits has no first-order signal): begin at 0. Propositions are
    asked from their affirmative side, as everywhere.
    """
    rng = random.Random(seed)
    patterns = _rows(folder / "patterns.jsonl")
    measures = _rows(folder / "measures.jsonl")
    return [_fill(rng.choice(patterns), rng.choice(measures), turned, rng) for _ in range(count)]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [row for _, row in read_lines(path)]


def _fill(pattern: dict[str, Any], measure: dict[str, Any], turned: float, rng: random.Random) -> Example:
    is_undone = rng.random() < turned
    pole = "undo" if is_undone else "do"
    label = pattern["toward_measure"]
    label = FLIPPED[label] if is_undone else label
    actor, other = invented_name(rng), invented_name(rng)
    fillings = {"A": actor, "B": other, **rng.choice(PRONOUNS)}
    fillings |= {
        "GER": measure[f"{pole}_gerund"],
        "INF": measure[f"{pole}_infinitive"],
        "NP": measure[f"{pole}_noun"],
    }
    text = re.sub(r"\{(\w+)\}", lambda match: fillings[match.group(1)], pattern["text"])
    text = text[:1].upper() + text[1:]
    proposition = sentence(measure["proposition"])
    if rng.random() < turned:
        proposition = sentence(measure["negation"]) if rng.random() < 0.5 else negate(proposition)
        label = FLIPPED[label]
    proposition, label = affirmed(proposition, label)
    span = _span(text, actor, label) if rng.random() < 0.5 else None
    return Example(
        text,
        actor,
        proposition,
        label,
        span,
        weight=WEIGHT,
        kind="pattern",
        how="pattern",
        issue=measure["id"],
    )


def _span(text: str, actor: str, label: str) -> tuple[int, int] | None:
    quoted = QUOTED.search(text)
    if quoted is not None and label != "none":
        return quoted.span(1)
    start = text.find(actor)
    after = start + len(actor) + 1
    if 0 <= start < len(text) * 0.4 and len(text) - after > 14:
        return after, len(text) - 1
    return quoted.span(1) if quoted is not None else None
