"""PolNeAR as attribution examples, where its folder is present: news articles with every attribution marked.

The texts belong to their publishers: they are read from the folder and never written anywhere.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stance_classifier.passages import Span
from stance_training.corpus import read_lines

from attribution_training.examples import PointerExample, TagExample

PRONOUNS = frozenset(
    ["he", "she", "they", "it", "we", "i", "who", "his", "her", "their", "its", "him", "them", "you"]
)


def documents(folder: Path, split: str) -> list[dict[str, Any]]:
    """The rows of `<split>.docs.jsonl`, in file order."""
    return [row for _, row in read_lines(folder / f"{split}.docs.jsonl")]


def polnear_examples(
    rows: list[dict[str, Any]], pointers: int, seed: int
) -> tuple[list[PointerExample], list[TagExample]]:
    """All articles with their tags, and a sample of contents with the source that names somebody."""
    found = [example for row in rows for example in _pointers(row)]
    random.Random(seed).shuffle(found)
    return found[:pointers], [_tags(row) for row in rows]


def spans(ranges: list[list[int]]) -> list[Span]:
    """PolNeAR's `[[start, end], ...]` as spans."""
    return [Span(start, end) for start, end in ranges]


def hull(ranges: list[list[int]]) -> Span:
    """From the first character of a broken span to its last."""
    return Span(min(start for start, _ in ranges), max(end for _, end in ranges))


def _pointers(row: dict[str, Any]) -> Iterator[PointerExample]:
    text = row["text"]
    for one in row["attributions"]:
        if one["source"] and one["content"] and not _is_pronoun(text, one["source"]):
            yield PointerExample(text, hull(one["content"]), tuple(spans(one["source"])))


def _is_pronoun(text: str, source: list[list[int]]) -> bool:
    """What a pronoun means is learnt from the own corpus, which names the person."""
    return hull(source).of(text).lower() in PRONOUNS


def _tags(row: dict[str, Any]) -> TagExample:
    """Longest contents first; inside them only another content's own source and cue are left out."""
    labels: list[tuple[Span, str]] = []
    outer: list[Span] = []
    for one in sorted(row["attributions"], key=lambda a: -sum(end - start for start, end in a["content"])):
        labels += [(span, "content") for span in spans(one["content"])]
        for kind in ("source", "cue"):
            free = [span for span in spans(one[kind]) if not any(big.contains(span) for big in outer)]
            labels += [(span, kind) for span in free]
        outer += spans(one["content"])
    return TagExample(row["text"], tuple(labels))
