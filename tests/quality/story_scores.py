"""Stories through the reader and the change rule: which changes were found, and which quiet stories stayed quiet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from stance_classifier.attribution_tagger.base import AttributionTagger
from stance_classifier.attribution_tagger.load import load_tagger
from stance_classifier.model.base import StanceModel
from stance_classifier.positions import PositionState, apply
from stance_classifier.reader import Reader
from stance_classifier.watchlist import Watchlist
from stancewatch_schemas.models import Article, Statement

Change = tuple[str, str, str, str, str]
ChangeRule = Callable[[Sequence[Statement]], set[Change]]


@dataclass(frozen=True)
class StoryOutcome:
    """Expected and found changes of one story: (actor, issue, from, to, article)."""

    story_id: str
    traps: tuple[str, ...]
    expected: frozenset[Change]
    found: frozenset[Change]
    positions_right: int = 0
    positions_wrong: int = 0
    positions_wanted: int = 0
    statements: tuple[Statement, ...] = field(default=(), repr=False)


@cache
def _tagger() -> AttributionTagger | None:
    """The product's own, loaded once for all stories."""
    return load_tagger()


def read_story(story: dict[str, Any], model: StanceModel, rule: ChangeRule) -> StoryOutcome:
    """Runs one story as `stancewatch replay` would."""
    watched = {
        "actors": [{k: a[k] for k in ("id", "name", "aliases")} for a in story["watchlist"]["actors"]],
        "issues": [
            {k: i[k] for k in ("id", "name", "proposition", "keywords")} for i in story["watchlist"]["issues"]
        ],
    }
    keys = ("id", "source", "url", "published_at", "title", "text")
    articles = [Article.model_validate({k: a[k] for k in keys}) for a in story["articles"]]
    read = Reader(Watchlist.model_validate(watched), model, _tagger()).read(articles)
    statements = [statement for group in read for statement in group]
    expected = {(c["actor"], c["issue"], c["from"], c["to"], c["article"]) for c in story["expected_changes"]}
    right, wrong, wanted = _positions(story, statements)
    return StoryOutcome(
        story["id"], tuple(story["traps"]), frozenset(expected), frozenset(rule(statements)),
        right, wrong, wanted, tuple(statements),
    )  # fmt: skip


def _positions(story: dict[str, Any], statements: Sequence[Statement]) -> tuple[int, int, int]:
    wanted = {
        (s["article"], s["actor"], s["issue"]): s["stance"] for s in story["statements"] if s["time"] == "now"
    }
    read = {(s.article.id, s.actor.id, s.issue.id): s.stance for s in statements if s.counts and not s.recap}
    right = sum(read.get(key) == stance for key, stance in wanted.items())
    return right, sum(key in read and read[key] != stance for key, stance in wanted.items()), len(wanted)


def filtered_changes(statements: Sequence[Statement]) -> set[Change]:
    """The product's rule: the position filter."""
    states: dict[tuple[str, str], PositionState] = {}
    found: set[Change] = set()
    for statement in statements:
        key = (statement.actor.id, statement.issue.id)
        applied = apply(states.get(key, PositionState.empty()), statement)
        states[key] = applied.state
        for change in applied.changes:
            if change.event == "changed":
                found.add((*key, change.from_.stance, change.to.stance, change.to.article_id))
    return found


def last_label_changes(statements: Sequence[Statement]) -> set[Change]:
    """The naive rule: the newest label differs from the last one."""
    last: dict[tuple[str, str], str] = {}
    found: set[Change] = set()
    for statement in statements:
        if statement.counts:
            key = (statement.actor.id, statement.issue.id)
            if key in last and last[key] != statement.stance:
                found.add((*key, last[key], statement.stance, statement.article.id))
            last[key] = statement.stance
    return found


def precision(outcomes: Sequence[StoryOutcome]) -> float:
    """Share of the changes found that were expected; 1 where none was found."""
    found = sum(len(o.found) for o in outcomes)
    return sum(len(o.found & o.expected) for o in outcomes) / found if found else 1.0


def recall(outcomes: Sequence[StoryOutcome]) -> float:
    """Share of the expected changes that were found."""
    expected = sum(len(o.expected) for o in outcomes)
    return sum(len(o.found & o.expected) for o in outcomes) / expected if expected else 1.0


def f1(outcomes: Sequence[StoryOutcome]) -> float:
    """Harmonic mean of precision and recall."""
    p, r = precision(outcomes), recall(outcomes)
    return 2 * p * r / (p + r) if p + r else 0.0


def kept_quiet(outcomes: Sequence[StoryOutcome]) -> float:
    """Share of the stories without a change in which none was found."""
    quiet = [o for o in outcomes if not o.expected]
    return sum(not o.found for o in quiet) / len(quiet) if quiet else 1.0
