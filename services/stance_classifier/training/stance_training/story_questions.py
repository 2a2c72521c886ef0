"""Stories as training questions: each statement in a window of its neighbours, and what must not be counted."""

from __future__ import annotations

import random
from typing import Any

from stance_training.examples import FLIPPED, UNKNOWN, Example, find, sentence
from stance_training.rewriting import ask, overlap, sentences

ANOTHER_ASKED, RANDOM_SENTENCE, SHORTEST_SENTENCE = 0.3, 0.6, 26
SENTENCES_BEFORE, SENTENCES_AFTER = (0, 1, 1, 2, 2, 3), (0, 0, 1, 1, 2)


def story_questions(story: dict[str, Any], rng: random.Random, turned: float | None) -> list[Example]:
    """`turned` is the share of propositions asked from the other side; None leaves all as they stand, for measuring.

    For measuring, only what was said and what must not be counted is asked about.
    """
    asker = _StoryAsker(story, rng, turned)
    examples: list[Example] = []
    for row in story["statements"]:
        if row["stance"] not in FLIPPED:
            continue
        conditional, past = int(bool(row["conditional"])), int(row["time"] == "past")
        examples += asker.ask(row, row["actor"], row["stance"], conditional, past, "story")
        others = [actor for actor in asker.actors if actor != row["actor"]]
        if turned is not None and others and rng.random() < ANOTHER_ASKED:
            other = rng.choice(others)
            if not any(one["actor"] == other and one["quote"] == row["quote"] for one in story["statements"]):
                examples += asker.ask(row, other, "none", 0, 0, "story-other")
    for row in story["not_counted"]:
        if row["reason"] != "copy":
            weight = 0.6 if row["reason"] == "denial_of_change" else 1.0
            examples += asker.ask(row, row["actor"], "none", 0, UNKNOWN, "not-counted", weight)
    return examples + (_random_sentences(asker) if turned is not None else [])


class _StoryAsker:
    def __init__(self, story: dict[str, Any], rng: random.Random, turned: float | None) -> None:
        self.story, self.rng, self.turned = story, rng, turned
        self.actors = {actor["id"]: actor["name"] for actor in story["watchlist"]["actors"]}
        self.issues = {issue["id"]: sentence(issue["proposition"]) for issue in story["watchlist"]["issues"]}
        self.texts = {article["id"]: article["text"] for article in story["articles"]}

    def ask(
        self,
        row: dict[str, Any],
        actor: str,
        label: str,
        conditional: int,
        past: int,
        how: str,
        weight: float = 1.0,
    ) -> list[Example]:
        """The question about a row's quote; none where the actor or issue isn't watched."""
        text = self.texts.get(row["article"], "")
        span = find(text, row["quote"])
        if span is None or actor not in self.actors or row["issue"] not in self.issues:
            return []
        passage, inner = self._window(text, span)
        proposition = self.issues[row["issue"]]
        if self.turned is not None:
            proposition, label = ask(proposition, None, label, self.turned, self.rng)
        return [
            Example(
                passage, self.actors[actor], proposition, label, inner, conditional, past, weight,
                "story", how, f"story/{self.story['id']}",
            )
        ]  # fmt: skip

    def _window(self, text: str, span: tuple[int, int]) -> tuple[str, tuple[int, int]]:
        ranges = sentences(text)
        touched = [index for index, one in enumerate(ranges) if overlap(one, span)]
        first = max(0, touched[0] - self.rng.choice(SENTENCES_BEFORE))
        last = min(len(ranges) - 1, touched[-1] + self.rng.choice(SENTENCES_AFTER))
        start, end = min(ranges[first][0], span[0]), max(ranges[last][1], span[1])
        return text[start:end], (span[0] - start, span[1] - start)


def _random_sentences(asker: _StoryAsker) -> list[Example]:
    """Sentences in which the actor neither speaks nor is named: `none`."""
    examples: list[Example] = []
    rng = asker.rng
    for article, text in asker.texts.items():
        if rng.random() >= RANDOM_SENTENCE:
            continue
        start, end = rng.choice(sentences(text))
        actor, issue = rng.choice(list(asker.actors)), rng.choice(list(asker.issues))
        is_named = asker.actors[actor].split()[-1] in text[start:end]
        if end - start < SHORTEST_SENTENCE or is_named or _speaks(asker, article, actor, (start, end)):
            continue
        row = {"article": article, "issue": issue, "quote": text[start:end]}
        examples += asker.ask(row, actor, "none", 0, 0, "random", 0.7)
    return examples


def _speaks(asker: _StoryAsker, article: str, actor: str, where: tuple[int, int]) -> bool:
    rows = asker.story["statements"]
    quotes = [row["quote"] for row in rows if row["article"] == article and row["actor"] == actor]
    spans = [find(asker.texts[article], quote) for quote in quotes]
    return any(span is not None and overlap(span, where) for span in spans)
