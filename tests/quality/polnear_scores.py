"""Attribution on PolNeAR's dev split, where its folder is present: contents found, and with the right source.

A content counts as found when half of its characters lie in contents of the reader; its source is right when the
reader's source for the content with the largest overlap shares a word with one that is marked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stance_classifier.attribution import attribute
from stance_classifier.attribution_tagger.base import AttributionTagger
from stance_classifier.attribution_tagger.consult import consult
from stance_classifier.coreference import resolve_mentions
from stance_classifier.passages import Span, split_document
from stance_classifier.watchlist import Actor

HALF = 0.5
NOBODY = Actor(id="nobody", name="Nobody Whom Anybody Watches")
Found = list[tuple[Span, Span | None]]
Finder = Callable[[str], Found]


@dataclass(frozen=True)
class PolnearScores:
    """Shares of the marked contents, and the share of the reader's contents that are marked."""

    contents: int
    found: float
    with_source: float
    precise: float


def documents(folder: Path) -> Iterator[dict[str, Any]]:
    """The articles of `dev.docs.jsonl`."""
    with (folder / "dev.docs.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def by_reader(tagger: AttributionTagger | None) -> Finder:
    """What the reader takes for somebody's words, by rules alone or with the tagger's say."""

    def find(text: str) -> Found:
        document = split_document(text)
        mentions = resolve_mentions(document, (NOBODY,))
        found = attribute(document, mentions)
        if tagger is not None:
            found = consult(document, mentions, found, tagger)
        return [(one.content, one.speaker) for one in found if one.cue or one.direct]

    return find


def by_tagger(tagger: AttributionTagger) -> Finder:
    """The tagger's contents, each with the source that it marks nearest to it."""

    def find(text: str) -> Found:
        document = split_document(text)
        tagged = tagger.tag(text, document.sentences, [Span(0, len(text))])
        sources = [one for one in tagged if one.kind == "source"]
        return [
            (one, min(sources, key=lambda source: _gap(one, source), default=None))
            for one in tagged
            if one.kind == "content"
        ]

    return find


def score(articles: Sequence[dict[str, Any]], find: Finder) -> PolnearScores:
    """Over all attributions that have a content and a source."""
    wanted = found = sourced = 0
    precise: list[bool] = []
    for article in articles:
        ours = find(article["text"])
        marked = [[Span(*r) for r in one["content"]] for one in article["attributions"]]
        precise += [
            _covered([content], [s for spans in marked for s in spans]) >= HALF for content, _ in ours
        ]
        for one in article["attributions"]:
            if not one["source"] or not one["content"]:
                continue
            wanted += 1
            gold = [Span(*r) for r in one["content"]]
            if _covered(gold, [content for content, _ in ours]) < HALF:
                continue
            found += 1
            _, source = max(ours, key=lambda pair: _covered(gold, [pair[0]]))
            sourced += source is not None and any(source.overlaps(Span(*r)) for r in one["source"])
    return PolnearScores(
        wanted, found / max(1, wanted), sourced / max(1, wanted), sum(precise) / max(1, len(precise))
    )


def _gap(first: Span, second: Span) -> int:
    return max(first.start - second.end, second.start - first.end, 0)


def _covered(spans: Sequence[Span], by: Sequence[Span]) -> float:
    """The share of characters of some spans that lie in others."""
    taken = {position for span in by for position in range(span.start, span.end)}
    own = {position for span in spans for position in range(span.start, span.end)}
    return len(own & taken) / max(1, len(own))
