"""The fixed questions that training is watched, calibrated and measured with: a split, by kind."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from stance_training.corpus import Entry, Item, load_items, load_stories
from stance_training.examples import Example, find
from stance_training.story_questions import story_questions

KINDS = ("statement", "passage", "story")
Sets = dict[str, list[Example]]


def dev_sets(corpus: Path, split: str = "dev") -> Sets:
    """Questions of a split by kind (KINDS), propositions as they are written."""
    questions = item_questions(load_items(corpus, split))
    rng = random.Random(0)
    for story in load_stories(corpus, split):
        questions += story_questions(story, rng, None)
    return {kind: [one for one in questions if one.kind == kind] for kind in KINDS}


def sampled(sets: Sets, size: int, seed: int = 7) -> Sets:
    """At most `size` of each kind, always the same ones."""
    rng = random.Random(seed)
    return {kind: rng.sample(part, min(size, len(part))) for kind, part in sets.items()}


def item_questions(items: Sequence[Item]) -> list[Example]:
    """Unmarked and marked by turns; an actor with several stances is asked about with the words marked."""
    examples: list[Example] = []
    for item in items:
        for index, entry in enumerate(item.entries):
            span = find(item.text, entry.quote)
            same = [one for one in item.entries if one.actor == entry.actor]
            if len(same) > 1 and span is None and entry is not _first_now(same):
                continue
            is_marked = span is not None and (len(same) > 1 or index % 2 == 0)
            examples.append(
                Example(
                    item.text, entry.actor, item.proposition, entry.label, span if is_marked else None,
                    int(entry.conditional), int(entry.time == "past"), kind=item.kind, how=entry.why, issue=item.issue,
                )
            )  # fmt: skip
    return examples


def _first_now(entries: Sequence[Entry]) -> Entry | None:
    return next((entry for entry in entries if entry.time == "now"), None)
