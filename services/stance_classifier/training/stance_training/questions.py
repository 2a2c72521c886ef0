"""Written items as training questions, augmented anew for every epoch."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from stance_training.corpus import Entry, Item
from stance_training.examples import UNKNOWN, Example, find
from stance_training.rewriting import ask, covering, swap_names
from stance_training.story_questions import story_questions

SWAPPED, OTHERS_MARKED, OFF_TOPIC = 0.5, 0.35, 0.04


@dataclass(frozen=True)
class _Asker:
    item: Item
    text: str
    rng: random.Random

    def ask(
        self,
        entry: Entry,
        how: str,
        span: tuple[int, int] | None,
        text: str | None = None,
        label: str | None = None,
    ) -> Example:
        label = label or entry.label
        proposition, turned = ask(self.item.proposition, self.item.negation, label, self.rng)
        is_own = label == entry.label
        return Example(
            self.text if text is None else text,
            entry.actor,
            proposition,
            turned,
            span,
            int(entry.conditional) if is_own else 0,
            int(entry.time == "past") if is_own else 0,
            kind=self.item.kind,
            how=how,
            issue=self.item.issue,
        )


def epoch_questions(items: Sequence[Item], stories: Sequence[dict[str, Any]], seed: int) -> list[Example]:
    """One epoch over items and stories; some questions are asked about another issue (`none`)."""
    rng = random.Random(seed)
    examples = [example for item in items for example in item_questions(item, rng)]
    examples += [example for story in stories for example in story_questions(story, rng)]
    return examples + _off_topic(examples, rng)


def item_questions(item: Item, rng: random.Random) -> list[Example]:
    """Each actor's stance: unmarked, with the own words marked, cut out, and with another's words marked (`none`)."""
    text, entries = (
        swap_names(item.text, item.entries, rng) if rng.random() < SWAPPED else (item.text, item.entries)
    )
    asker = _Asker(item, text, rng)
    by_actor: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_actor[entry.actor].append(entry)
    examples: list[Example] = []
    for actor, own in by_actor.items():
        now = [entry for entry in own if entry.time == "now"] or own
        for entry in own:
            is_plain_true = entry is now[0] and len({one.label for one in now}) == 1
            ways = _ways(asker, entry, is_plain_true)
            count = 2 if len(ways) > 1 and rng.random() < 0.5 else 1
            examples += rng.sample(ways, min(count, len(ways)))
        others = [
            one for name, theirs in by_actor.items() if name != actor for one in theirs if one.label != "none"
        ]
        if others and rng.random() < OTHERS_MARKED:
            examples += _marked_other(asker, own, rng.choice(others))
    return examples


def _ways(asker: _Asker, entry: Entry, is_plain_true: bool) -> list[Example]:
    ways: list[Example] = []
    text = asker.text
    span = find(text, entry.quote)
    if is_plain_true:
        ways.append(asker.ask(entry, "plain", None))
    if span is None:
        return ways
    whole = covering(text, span)
    marked = whole if asker.rng.random() < 0.3 else span
    ways.append(asker.ask(entry, "own", marked))
    surname = entry.actor.split()[-1]
    if entry.label != "none" and whole != (0, len(text)) and surname in text[whole[0] : whole[1]]:
        inner = (span[0] - whole[0], span[1] - whole[0]) if asker.rng.random() < 0.6 else None
        ways.append(asker.ask(entry, "cut", inner, text[whole[0] : whole[1]]))
    return ways


def _marked_other(asker: _Asker, own: Sequence[Entry], other: Entry) -> list[Example]:
    span = find(asker.text, other.quote)
    if span is None:
        return []
    for entry in own:
        mine = find(asker.text, entry.quote)
        if mine is not None and mine[0] < span[1] and span[0] < mine[1]:
            return []
    return [asker.ask(own[0], "other", span, label="none")]


def _off_topic(examples: Sequence[Example], rng: random.Random) -> list[Example]:
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


def dev_questions(items: Sequence[Item]) -> list[Example]:
    """Fixed questions for measuring: unmarked and marked by turns, the proposition as it stands."""
    examples: list[Example] = []
    for item in items:
        for index, entry in enumerate(item.entries):
            same = [one for one in item.entries if one.actor == entry.actor]
            span = find(item.text, entry.quote)
            first_now = next((one for one in same if one.time == "now"), same[0])
            if len(same) > 1 and span is None and entry is not first_now:
                continue
            is_marked = span is not None and (len(same) > 1 or index % 2 == 0)
            examples.append(
                Example(
                    item.text, entry.actor, item.proposition, entry.label, span if is_marked else None,
                    int(entry.conditional), int(entry.time == "past"), kind=item.kind, how=entry.why, issue=item.issue,
                )
            )  # fmt: skip
    return examples
