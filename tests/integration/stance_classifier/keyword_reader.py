"""A reader for tests: each line `<actor> supports|opposes <issue>` of an article is a statement. No model needed."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Sequence

from stancewatch_schemas.models import (
    ActorRef,
    Article,
    ArticleRef,
    IssueRef,
    Probabilities,
    Statement,
)

LINE = re.compile(r"^(?P<actor>[\w-]+) (?P<verb>supports|opposes) (?P<issue>[\w-]+)$", re.MULTILINE)
SURE, UNLIKELY = 0.97, 0.01


class KeywordReader:
    """`seconds_per_article` makes it as slow as a model."""

    def __init__(self, seconds_per_article: float = 0.0) -> None:
        self.seconds_per_article = seconds_per_article

    def read(self, articles: Sequence[Article]) -> list[list[Statement]]:
        time.sleep(self.seconds_per_article * len(articles))
        return [self._read_one(article) for article in articles]

    def _read_one(self, article: Article) -> list[Statement]:
        if "this text breaks the reader" in article.text:
            raise ValueError("broken on purpose")
        if "this text kills the process" in article.text:
            raise MemoryError
        if "this text never ends" in article.text and "TEST_TEXTS_END" not in os.environ:
            threading.Event().wait()
        return [_statement(article, found) for found in LINE.finditer(article.text)]


def _statement(article: Article, found: re.Match[str]) -> Statement:
    stance = "support" if found["verb"] == "supports" else "oppose"
    odds = {"support": UNLIKELY, "oppose": UNLIKELY, "neutral": UNLIKELY, "none": UNLIKELY} | {stance: SURE}
    return Statement(
        id=f"{article.id}#{article.revision}#{found.start()}",
        actor=ActorRef(id=found["actor"], name=found["actor"]),
        issue=IssueRef(
            id=found["issue"], name=found["issue"], proposition=f"{found['issue']} should happen."
        ),
        article=ArticleRef(
            id=article.id,
            revision=article.revision,
            source=article.source,
            url=article.url,
            title=article.title,
            published_at=article.published_at,
            signature=article.signature,
        ),
        quote=found[0],
        quote_start=found.start(),
        quote_end=found.end(),
        voice="self",
        stance=stance,
        probabilities=Probabilities(**odds),
        attribution_confidence=0.99,
        said_at=article.published_at,
        counts=True,
        model="keyword 1",
    )


def seconds_from_environment() -> float:
    return float(os.environ.get("TEST_SECONDS_PER_ARTICLE", "0"))
