"""Stories as the reader itself would ask about them, labelled by what their writers marked.

A story's writers mark every position that counts. What the reader would ask about besides is no position: these are the
errors that it makes ("It left its key rate at 3 per cent"), and no hand thinks of them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stance_classifier.candidates import Candidate, find_candidates
from stance_classifier.watchlist import Watchlist

from stance_training.examples import Example, find, sentence
from stance_training.rewriting import ask

LEAST_SHARED = 0.5
"""Of the shorter of a marked quote and the words the reader asks about: less is not the same utterance."""
UNSURE_REASONS = ("denial_of_change", "copy")


@dataclass(frozen=True)
class _Marked:
    """A row of the story with its half-open range; `counts` is False where it must not be read as a position."""

    row: dict[str, Any]
    span: tuple[int, int]
    counts: bool

    @property
    def answer(self) -> tuple[str, int]:
        return (self.row["stance"] if self.counts else "none", int(self.row.get("time") == "past"))


def asked_questions(story: dict[str, Any]) -> list[Example]:
    """What the reader would ask of a story, with the answers; propositions as they are written.

    Left out: where two marks contradict each other, where a mark stands beside the asked words in their sentence, and
    denials of a change.
    """
    watchlist = Watchlist.model_validate(
        {
            "actors": [
                {name: actor[name] for name in ("id", "name", "aliases")}
                for actor in story["watchlist"]["actors"]
            ],
            "issues": [
                {name: issue[name] for name in ("id", "name", "proposition", "keywords")}
                for issue in story["watchlist"]["issues"]
            ],
        }
    )
    examples: dict[tuple[str, str, str, tuple[int, int] | None], Example] = {}
    for article in story["articles"]:
        published_at = datetime.fromisoformat(article["published_at"].replace("Z", "+00:00"))
        document, candidates = find_candidates(article["text"], article["title"], published_at, watchlist)
        marked = list(_marked(story, article["id"], document.text))
        for candidate in candidates:
            example = _labelled(candidate, marked, story["id"])
            if example is not None:
                key = (example.actor, example.proposition, example.text, example.span)
                examples.setdefault(key, example)
    return list(examples.values())


def asked_again(asked: Sequence[Example], turned: float, rng: random.Random) -> list[Example]:
    """The same questions for one epoch: from the affirmative side, `turned` of them from the other (see `rewriting.ask`)."""
    again = []
    for one in asked:
        proposition, label = ask(one.proposition, None, one.label, turned, rng)
        again.append(
            Example(
                one.text, one.actor, proposition, label, one.span, one.conditional, one.past, kind=one.kind,
                how=one.how, issue=one.issue,
            )
        )  # fmt: skip
    return again


def _marked(story: dict[str, Any], article: str, text: str) -> Iterator[_Marked]:
    for counts, rows in ((True, story["statements"]), (False, story["not_counted"])):
        for row in rows:
            span = find(text, row["quote"]) if row["article"] == article else None
            if span is not None:
                yield _Marked(row, span, counts)


def _labelled(candidate: Candidate, marked: Sequence[_Marked], story: str) -> Example | None:
    if candidate.refusal is not None:
        return None
    own = [
        one
        for one in marked
        if (one.row["actor"], one.row["issue"]) == (candidate.actor.id, candidate.issue.id)
    ]
    same = [one for one in own if _is_same(one.span, (candidate.quote.start, candidate.quote.end))]
    beside = [one for one in own if one.span[0] < candidate.unit.end and candidate.unit.start < one.span[1]]
    if len({one.answer for one in same}) > 1 or (beside and not same):
        return None
    if any(one.row.get("reason") in UNSURE_REASONS for one in same):
        return None
    label, past = same[0].answer if same else ("none", 0)
    conditional = int(bool(same[0].row.get("conditional"))) if same else 0
    how = "asked-off" if not same else "asked" if same[0].counts else "asked-not-counted"
    question = candidate.question
    return Example(
        question.passage, candidate.actor.name, sentence(candidate.issue.proposition), label, question.span,
        conditional, past, kind="story", how=how, issue=f"story/{story}",
    )  # fmt: skip


def _is_same(one: tuple[int, int], other: tuple[int, int]) -> bool:
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return shared >= LEAST_SHARED * min(one[1] - one[0], other[1] - other[0])
