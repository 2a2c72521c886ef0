"""Small builders for the reader's tests: articles, statements, a watchlist, a model that is told its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from stance_classifier.model.base import LABELS, Probabilities, StanceAnswer, StanceQuestion
from stance_classifier.watchlist import Actor, Issue, Watchlist
from stancewatch_schemas.models import Article, Statement

MONDAY = datetime(2024, 3, 18, 9, 0, tzinfo=UTC)
NURI = Actor(id="nuri", name="Selma Nuri", aliases=("Mayor Nuri",))
HARBOUR = Issue(
    id="harbour",
    name="Harbour wall",
    proposition="The town should build the harbour wall",
    keywords=("wall", "harbour*"),
)
WATCHLIST = Watchlist(actors=(NURI,), issues=(HARBOUR,))


def article(text: str, **changes: Any) -> Article:
    """An article of Monday 18 March 2024."""
    values: dict[str, Any] = {
        "id": "a1", "source": "The Quay", "url": "https://quay.example/a1", "published_at": MONDAY,
        "title": "News from the harbour", "text": text,
    }  # fmt: skip
    return Article.model_validate({**values, **changes})


def statement(stance: str = "support", sure: float = 0.94, **changes: Any) -> Statement:
    """A counted statement of Selma Nuri; `article_id`, `source` and `published_at` set the article."""
    others = (1 - sure) / 3
    place = {
        "id": changes.pop("article_id", "a1"), "source": changes.pop("source", "The Quay"), "url": "",
        "published_at": changes.pop("published_at", changes.get("said_at", MONDAY)),
        "signature": changes.pop("signature", []), "revision": changes.pop("revision", 1),
        "first_seen_at": changes.pop("first_seen_at", None),
    }  # fmt: skip
    values: dict[str, Any] = {
        "id": f"s-{place['id']}-{stance}", "actor": {"id": "nuri", "name": "Selma Nuri"},
        "issue": {"id": "harbour", "name": "Harbour wall", "proposition": HARBOUR.proposition},
        "article": place, "quote": f"{stance} in the words of {place['id']}", "quote_start": 0, "quote_end": 9,
        "voice": "self", "stance": stance,
        "probabilities": {label: sure if label == stance else others for label in LABELS},
        "attribution_confidence": 0.97, "said_at": place["published_at"], "counts": True,
    }  # fmt: skip
    return Statement.model_validate({**values, **changes})


class ToldModel:
    """Answers by the words under judgement: the first key found in them decides; else none."""

    name = "told"
    version = "1"

    def __init__(self, answers: Mapping[str, str]) -> None:
        self._answers = answers
        self.asked: list[StanceQuestion] = []

    def judge(self, questions: Sequence[StanceQuestion]) -> list[StanceAnswer]:
        """Sure of itself."""
        self.asked.extend(questions)
        return [self._answer(question) for question in questions]

    def _answer(self, question: StanceQuestion) -> StanceAnswer:
        words = question.passage if question.span is None else question.passage[slice(*question.span)]
        label = next((stance for key, stance in self._answers.items() if key in words), "none")
        return StanceAnswer(Probabilities.of([0.94 if each == label else 0.02 for each in LABELS]))
