"""A corpus small enough to read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from stance_training.corpus import Entry, Item

PROPOSITION = "Harbourtown should build the tram."
NEGATION = "Harbourtown should do without a tram."


def entry(actor: str, label: str, quote: str, time: str = "now", conditional: bool = False) -> Entry:
    return Entry(actor, label, conditional, quote, "self", time, "direct")


def item(text: str, *entries: Entry, issue: str = "tram") -> Item:
    return Item(issue, PROPOSITION, NEGATION, text, entries, "train")


def story() -> dict[str, Any]:
    """Two articles; Ora Bell turns, Tim Reed is said to have."""
    return {
        "id": "tram-turn",
        "split": "train",
        "watchlist": {
            "actors": [{"id": "bell", "name": "Ora Bell"}, {"id": "reed", "name": "Tim Reed"}],
            "issues": [{"id": "tram", "proposition": "Harbourtown should scrap the tram"}],
        },
        "articles": [
            {"id": "a1", "text": "It rained. Mayor Ora Bell wants the tram. The council met for an hour."},
            {"id": "a2", "text": "Ora Bell has had enough of the tram. Rivals say Tim Reed has too."},
        ],
        "statements": [
            statement("a1", "bell", "oppose", "wants the tram"),
            statement("a2", "bell", "support", "has had enough of the tram"),
        ],
        "not_counted": [
            {
                "article": "a2",
                "actor": "reed",
                "issue": "tram",
                "quote": "Tim Reed has too",
                "reason": "hearsay",
            },
            {"article": "a2", "actor": "bell", "issue": "tram", "quote": "Ora Bell", "reason": "copy"},
        ],
    }


def statement(article: str, actor: str, stance: str, quote: str) -> dict[str, Any]:
    return {
        "article": article,
        "actor": actor,
        "issue": "tram",
        "stance": stance,
        "quote": quote,
        "time": "now",
        "conditional": False,
    }


def write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def passage_row(split: str = "train", **changes: Any) -> dict[str, Any]:
    actor = {
        "actor": "Ora Bell",
        "label": "support",
        "conditional": False,
        "quote": "Build it",
        "voice": "self",
        "time": "now",
        "why": "direct",
    }
    return {
        "issue": "tram",
        "proposition": "Harbourtown should build the tram",
        "negation": NEGATION,
        "text": "“Build it,” said Ora Bell.",
        "actors": [actor],
        "split": split,
    } | changes
