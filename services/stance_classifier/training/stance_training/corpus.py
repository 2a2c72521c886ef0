"""The written corpus: statements and passages by issue, and stories by article.

A corpus folder holds `passages/*.jsonl`, `stories/*.jsonl` and `patterns/*.jsonl` (formats: its own README). Each
row of the first two carries its `split`: train, dev or test, the same for a whole issue and a whole story.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stancewatch_shared.errors import UserError

from stance_training.examples import FLIPPED, sentence

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
SHORT_CHARACTERS = 330
FIELDS = ("actor", "label", "conditional", "quote", "voice", "time", "why")


@dataclass(frozen=True)
class Entry:
    """One actor's stance in one item."""

    actor: str
    label: str
    conditional: bool
    quote: str
    voice: str
    time: str
    why: str


@dataclass(frozen=True)
class Item:
    """A text with the stances of its actors; `kind` is `statement` or `passage` (several voices)."""

    issue: str
    proposition: str
    negation: str
    text: str
    entries: tuple[Entry, ...]
    split: str

    @property
    def kind(self) -> str:
        """One voice and short, or more."""
        is_single = len({entry.actor for entry in self.entries}) == 1
        return "statement" if is_single and len(self.text) < SHORT_CHARACTERS else "passage"


def load_items(folder: Path, split: str) -> list[Item]:
    """The items of a split from `passages/*.jsonl`, in file order.

    Raises:
        UserError: names the file and line that can't be used.
    """
    return [
        _item(row, path, number)
        for path in sorted(folder.glob("passages/*.jsonl"))
        for number, row in read_lines(path)
        if row["split"] == split
    ]


def load_stories(folder: Path, split: str) -> list[dict[str, Any]]:
    """The stories of a split from `stories/*.jsonl`."""
    paths = sorted(folder.glob("stories/*.jsonl"))
    return [story for path in paths for _, story in read_lines(path) if story["split"] == split]


def fingerprint(folder: Path) -> str:
    """Changes with any row of the corpus: what was learnt from another one must not be taken for finished."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*/*.jsonl")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line numbers and objects of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield number, json.loads(line)
                except ValueError as error:
                    raise UserError(f"not JSON: {error}", path, number) from error


def _item(row: dict[str, Any], path: Path, number: int) -> Item:
    try:
        entries = tuple(Entry(**{name: fields[name] for name in FIELDS}) for fields in row["actors"])
    except KeyError as error:
        raise UserError(f"an actor has no field {error}", path, number) from error
    for entry in entries:
        if entry.label not in FLIPPED or (entry.quote and entry.quote not in row["text"]):
            raise UserError(f"bad label or quote for {entry.actor}", path, number)
    return Item(
        row["issue"],
        sentence(row["proposition"]),
        sentence(row["negation"]),
        row["text"],
        entries,
        row["split"],
    )
