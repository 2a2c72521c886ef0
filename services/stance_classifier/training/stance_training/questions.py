"""Written items as training questions, augmented anew for every epoch."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from stance_training.corpus import Entry, Item
from stance_training.examples import UNKNOWN, Example, find
from stance_training.rewriting import ask, covering, overlap, sentences, swap_names
from stance_training.story_questions import story_questions

SWAPPED, OTHERS_MARKED, OFF_TOPIC, CUT_MARKED = 0.5, 0.25, 0.04, 0.6


@dataclass(frozen=True)
class _Asker:
    item: Item
    text: str
    turned: float
    rng: random.Random

    def ask(self, entry: Entry, how: str, span: tuple[int, int] | None, text: str | None = None) -> Example:
        proposition, label = ask(
            self.item.proposition, self.item.negation, entry.label, self.turned, self.rng
        )
        return Example(
            self.text if text is None else text,
            entry.actor,
            proposition,
            label,
            span,
            int(entry.conditional),
            int(entry.time == "past"),
            kind=self.item.kind,
            how=how,
            issue=self.item.issue,
        )


def epoch_questions(
    items: Sequence[Item], stories: Sequence[dict[str, Any]], turned: float, seed: int
) -> list[Example]:
    """One epoch over items and stories; some questions are asked about another issue (`none`).

    `turned` is the share of propositions asked from the other side (see `rewriting.ask`).
    """
    rng = random.Random(seed)
    examples = [example for item in items for example in item_questions(item, turned, rng)]
    examples += [example for story in stories for example in story_questions(story, rng, turned)]
    return examples + off_topic(examples, rng)


def item_questions(item: Item, turned: float, rng: random.Random) -> list[Example]:
    """Each stance once: unmarked, with its own words marked, or cut out; at times with another's marked (`none`)."""
    text, entries = item.text, item.entries
    if rng.random() < SWAPPED:
        text, entries = swap_names(text, entries, rng)
    asker = _Asker(item, text, turned, rng)
    by_actor: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_actor[entry.actor].append(entry)
    examples: list[Example] = []
    for actor, own in by_actor.items():
        now = [entry for entry in own if entry.time == "now"] or own
        for entry in own:
            is_plain_true = entry is now[0] and len({one.label for one in now}) == 1
            ways = _ways(asker, entry, is_plain_true)
            if ways:
                examples.append(_asked(asker, entry, rng.choice(ways)))
        others = [
            one
            for name, theirs in by_actor.items()
            if name != actor
            for one in theirs
            if one.quote and one.label != "none"
        ]
        if others and rng.random() < OTHERS_MARKED:
            examples += _marked_other(asker, own, rng.choice(others))
    return examples


def _ways(asker: _Asker, entry: Entry, is_plain_true: bool) -> list[str]:
    span = find(asker.text, entry.quote)
    ways = (["own"] if span else []) + (["plain"] if is_plain_true else [])
    surname = entry.actor.split()[-1]
    if span and entry.label != "none" and len(sentences(asker.text)) > 1:
        start, end = covering(asker.text, span)
        ways += ["cut"] if surname in asker.text[start:end] else []
    return ways


def _asked(asker: _Asker, entry: Entry, way: str) -> Example:
    span = find(asker.text, entry.quote)
    if way == "cut" and span is not None:
        start, end = covering(asker.text, span)
        inner = (span[0] - start, span[1] - start) if asker.rng.random() < CUT_MARKED else None
        return asker.ask(entry, way, inner, asker.text[start:end])
    return asker.ask(entry, way, span if way == "own" else None)


def _marked_other(asker: _Asker, own: Sequence[Entry], other: Entry) -> list[Example]:
    span = find(asker.text, other.quote)
    mine = [find(asker.text, entry.quote) for entry in own]
    if span is None or any(one is not None and overlap(one, span) for one in mine):
        return []
    nothing = replace(own[0], label="none", conditional=False, time="now")
    return [asker.ask(nothing, "other", span)]


def off_topic(examples: Sequence[Example], rng: random.Random) -> list[Example]:
    """The same words asked about another issue: `none`."""
    made = []
    for example in rng.sample(examples, int(len(examples) * OFF_TOPIC)):
        other = rng.choice(examples)
        if other.issue != example.issue:
            made.append(
                replace(
                    example,
                    proposition=other.proposition,
                    label="none",
                    conditional=0,
                    past=UNKNOWN,
                    weight=0.8,
                    how="off-topic",
                )
            )
    return made
