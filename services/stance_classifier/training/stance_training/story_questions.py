"""Stories as training questions: each statement in a window of its neighbours, and what must not be counted."""

from __future__ import annotations

import random
from typing import Any

from stance_training.examples import UNKNOWN, Example, find, sentence
from stance_training.rewriting import ask, covering, sentences

ANOTHER_ASKED, RANDOM_SENTENCE = 0.3, 0.7


def story_questions(story: dict[str, Any], rng: random.Random, turn: bool = True) -> list[Example]:
    """With `turn` propositions are negated by chance and random sentences asked about; without, for measuring."""
    asker = _StoryAsker(story, rng, turn)
    examples: list[Example] = []
    for row in story["statements"]:
        conditional, past = int(bool(row["conditional"])), int(row["time"] == "past")
        examples += asker.ask(row, row["actor"], row["stance"], conditional, past, "story")
        others = [actor for actor in asker.actors if actor != row["actor"]]
        if turn and others and rng.random() < ANOTHER_ASKED:
            other = rng.choice(others)
            if not any(one["actor"] == other and one["quote"] == row["quote"] for one in story["statements"]):
                examples += asker.ask(row, other, "none", 0, 0, "story-other")
    for row in story["not_counted"]:
        if row["reason"] != "copy":
            weight = 0.6 if row["reason"] == "denial_of_change" else 1.0
            examples += asker.ask(row, row["actor"], "none", 0, UNKNOWN, "not-counted", weight)
    return examples + (_random_sentences(asker) if turn else [])


class _StoryAsker:
    def __init__(self, story: dict[str, Any], rng: random.Random, turn: bool) -> None:
        self.story, self.rng, self.turn = story, rng, turn
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
        text = self.texts[row["article"]]
        span = find(text, row["quote"])
        if span is None:
            return []
        if self.turn and self.rng.random() < 0.25:
            span = covering(text, span)
        passage, inner = self._window(text, span)
        proposition = self.issues[row["issue"]]
        if self.turn:
            proposition, label = ask(proposition, None, label, self.rng)
        return [
            Example(
                passage, self.actors[actor], proposition, label, inner, conditional, past, weight,
                "story", how, f"story/{self.story['id']}",
            )
        ]  # fmt: skip

    def _window(self, text: str, span: tuple[int, int]) -> tuple[str, tuple[int, int]]:
        ranges = sentences(text)
        touched = [index for index, one in enumerate(ranges) if one[0] < span[1] and one[1] > span[0]]
        first = max(0, touched[0] - self.rng.choice((0, 1, 1, 2, 2, 3)))
        last = min(len(ranges) - 1, touched[-1] + self.rng.choice((0, 0, 1, 1, 2)))
        start, end = min(ranges[first][0], span[0]), max(ranges[last][1], span[1])
        return text[start:end].replace("\n", " "), (span[0] - start, span[1] - start)


def _random_sentences(asker: _StoryAsker) -> list[Example]:
    examples: list[Example] = []
    rng = asker.rng
    for article, text in asker.texts.items():
        if rng.random() > RANDOM_SENTENCE:
            continue
        start, end = rng.choice(sentences(text))
        actor, issue = rng.choice(list(asker.actors)), rng.choice(list(asker.issues))
        if end - start <= 25 or asker.actors[actor].split()[-1] in text[start:end]:
            continue
        if _is_own_paragraph(asker.story, article, actor, text, start):
            continue
        row = {"article": article, "issue": issue, "quote": text[start:end]}
        examples += asker.ask(row, actor, "none", 0, 0, "random", 0.7)
    return examples


def _is_own_paragraph(story: dict[str, Any], article: str, actor: str, text: str, start: int) -> bool:
    """Whether the actor says something in this paragraph: then its other sentences may be theirs too."""
    begin = text.rfind("\n\n", 0, start) + 1
    end = text.find("\n\n", start)
    paragraph = text[begin : end if end >= 0 else len(text)]
    rows = [row for row in story["statements"] if row["article"] == article and row["actor"] == actor]
    return any(row["quote"] in paragraph for row in rows)
