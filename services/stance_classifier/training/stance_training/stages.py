"""What is learnt, in which order: the recipe of the bundled model.

First the sign, on public pairs of text and proposition; then whose position it is, on the project's own corpus, mixed
with patterns and a few of the public pairs so that the sign is not forgotten.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stance_training.asked_questions import asked_again, asked_questions
from stance_training.corpus import Item, load_items, load_stories
from stance_training.examples import Example
from stance_training.patterns import build_patterns
from stance_training.public_pairs import first_stage_pairs, second_stage_pairs
from stance_training.questions import epoch_questions, item_questions
from stance_training.story_questions import story_questions

# How much is asked from the other side, by epoch; the last holds for all that follow. See `patterns.build_patterns`.
TURNED = (0.2, 0.3, 0.4, 0.45)
PATTERNS_TURNED = (0.0, 0.15, 0.3, 0.35)
PATTERNS_ALONE = 6000
# How much is seen, in training and in the product: both go into the model folder.
MAX_PASSAGE_TOKENS, MAX_QUESTION_TOKENS = 120, 40

Phase = list[Example]
Story = dict[str, Any]


@dataclass(frozen=True)
class Recipe:
    """The figures of the two stages. Rates are the highest of the encoder; the head learns four times as fast.

    `story_repeats`: how often more the stories are seen in an epoch, since they are what the product reads;
    `asked_repeats`: how often what the reader would ask of them. `share` is that of the training issues and stories
    (for a learning curve).
    """

    batch: int = 24
    first_rate: float = 5e-5
    second_rate: float = 6e-5
    epochs: int = 4
    patterns_per_epoch: int = 400
    story_repeats: int = 1
    asked_repeats: int = 2
    public_share: float = 0.07
    share: float = 1.0
    seed: int = 0
    limit: int | None = None


def first_stage(corpus: Path, public: Path | None, recipe: Recipe) -> list[Phase]:
    """One epoch of public pairs; without them, patterns with nothing turned and the corpus' short passages."""
    if public is not None:
        examples = first_stage_pairs(public)
    else:
        rng = random.Random(recipe.seed + 3)
        short = [item for item in _items(corpus, recipe) if item.kind == "statement"]
        examples = build_patterns(corpus / "patterns", PATTERNS_ALONE, 0.0, recipe.seed)
        examples += [example for item in short for example in item_questions(item, TURNED[0], rng)]
        rng.shuffle(examples)
    return [limited(examples, recipe.limit)]


def second_stage(corpus: Path, public: Path | None, recipe: Recipe) -> list[Phase]:
    """Epochs of the corpus: more is asked from the other side in each."""
    items, stories = _items(corpus, recipe), _stories(corpus, recipe)
    asked = [example for story in stories for example in asked_questions(story)]
    left = second_stage_pairs(public) if public is not None else []
    phases = []
    for epoch in range(recipe.epochs):
        turned = at(TURNED, epoch)
        written = epoch_questions(items, stories, turned, 100 + epoch + 10_000 * recipe.seed)
        for repeat in range(recipe.story_repeats):
            written += _stories_again(stories, turned, 1000 * epoch + repeat + 10_000 * recipe.seed)
        rng = random.Random(9000 + epoch + 10_000 * recipe.seed)
        for _ in range(recipe.asked_repeats):
            written += asked_again(asked, turned, rng)
        count = int(len(written) * recipe.public_share)
        taken, left = left[:count], left[count:]
        made = build_patterns(
            corpus / "patterns", recipe.patterns_per_epoch, at(PATTERNS_TURNED, epoch), 50 + epoch
        )
        phases.append(limited(written + taken + made, part_of(recipe.limit, recipe.epochs)))
    return phases


def at(shares: Sequence[float], epoch: int) -> float:
    """The share of an epoch, counted from 0; the last one from there on."""
    return shares[min(epoch, len(shares) - 1)]


def part_of(limit: int | None, parts: int) -> int | None:
    """A limit divided among parts, at least 1 each."""
    return None if limit is None else max(1, limit // parts)


def limited(examples: list[Example], limit: int | None) -> list[Example]:
    """At most `limit` of them, drawn evenly; all where it is None."""
    if limit is None or len(examples) <= limit:
        return examples
    return random.Random(0).sample(examples, limit)


def _items(corpus: Path, recipe: Recipe) -> list[Item]:
    items = load_items(corpus, "train")
    if recipe.share >= 1:
        return items
    rng = random.Random(11)
    kept = {issue for issue in sorted({item.issue for item in items}) if rng.random() < recipe.share}
    return [item for item in items if item.issue in kept]


def _stories(corpus: Path, recipe: Recipe) -> list[Story]:
    stories = load_stories(corpus, "train")
    if recipe.share >= 1:
        return stories
    rng = random.Random(12)
    return [story for story in stories if rng.random() < recipe.share]


def _stories_again(stories: Sequence[Story], turned: float, seed: int) -> list[Example]:
    rng = random.Random(seed)
    return [example for story in stories for example in story_questions(story, rng, turned)]
