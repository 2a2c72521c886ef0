"""Gives a split to issues and stories that have none yet: `python -m stance_training.splits --corpus DIR`.

A split is the hash of the issue's slug or the story's id, except that a nearly identical proposition (cosine above 0.8)
follows the one it resembles. Once given it stays. The test split is scored once, at the end.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stance_training.corpus import read_lines
from stance_training.fetch_base import fetch_base

SAME_ISSUE_COSINE = 0.8
SPLITS = ("train", "dev", "test")
Vectors = np.ndarray


def main() -> None:
    """Writes the `split` of every row that lacks one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path(".run/bases"))
    arguments = parser.parse_args()
    paths = sorted([*arguments.corpus.glob("passages/*.jsonl"), *arguments.corpus.glob("stories/*.jsonl")])
    rows = {path: [row for _, row in read_lines(path)] for path in paths}
    propositions: dict[str, str] = {}
    given: dict[str, str] = {}
    for row in (row for part in rows.values() for row in part):
        propositions.setdefault(key_of(row), proposition_of(row))
        if row.get("split") in SPLITS:
            given[key_of(row)] = row["split"]
    names = [*given, *sorted(set(propositions) - set(given))]
    vectors = _vectors(
        [propositions[name] for name in names], fetch_base("all-MiniLM-L6-v2", arguments.cache)
    )
    assigned = assign(names, given, vectors)
    for path, part in rows.items():
        lines = [json.dumps({**row, "split": assigned[key_of(row)]}, ensure_ascii=False) for row in part]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def key_of(row: dict[str, Any]) -> str:
    """What must not be torn apart: the issue, or the story."""
    return f"story/{row['id']}" if "articles" in row else str(row["issue"])


def proposition_of(row: dict[str, Any]) -> str:
    """The proposition, or a story's propositions."""
    if "articles" in row:
        return " / ".join(issue["proposition"] for issue in row["watchlist"]["issues"])
    return str(row["proposition"])


def assign(names: Sequence[str], given: dict[str, str], vectors: Vectors) -> dict[str, str]:
    """A split for every name: the given one, that of a near twin before it, or by hash."""
    assigned = dict(given)
    for index, name in enumerate(names):
        if name in assigned:
            continue
        likeness = vectors[:index] @ vectors[index]
        nearest = int(likeness.argmax()) if index else -1
        is_twin = nearest >= 0 and likeness[nearest] > SAME_ISSUE_COSINE
        assigned[name] = assigned[names[nearest]] if is_twin else hashed(name)
    return assigned


def hashed(name: str) -> str:
    """80 / 10 / 10 by hash."""
    digest = hashlib.sha256(name.rsplit("/", 1)[-1].encode()).hexdigest()
    return {9: "test", 8: "dev"}.get(int(digest, 16) % 10, "train")


def _vectors(texts: list[str], sentence_encoder: Path) -> Vectors:
    from sentence_transformers import SentenceTransformer  # type: ignore[import-not-found]

    model = SentenceTransformer(str(sentence_encoder), device="cpu")
    return np.asarray(model.encode(texts, normalize_embeddings=True, show_progress_bar=False))


if __name__ == "__main__":
    main()
