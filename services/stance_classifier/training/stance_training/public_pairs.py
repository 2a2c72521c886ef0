"""The public stance and NLI sets as plain pairs: a text, a proposition, the author's stance, no named actor.

A folder of its own for each set, with a `train.jsonl` of `{text, target, label}` (label: support, oppose, neither). Only
`train` is read. Licences: see the README of this folder.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

from stancewatch_shared.errors import UserError

from stance_training.corpus import read_lines
from stance_training.examples import FLIPPED, Example, affirmed, negated, sentence

VARIABLE = "STANCEWATCH_PUBLIC_DATA"
FIRST_STAGE: dict[str, int | None] = {
    "ibm_argq30k": 3600,
    "valueeval": 1500,
    "perspectrum": 4200,
    "nli_conjnli": 1200,
    "arc_stance": 900,
    "ibm_claim_stance": None,
}
SECOND_STAGE = {
    "ibm_argq30k": 2500,
    "perspectrum": 2500,
    "arc_stance": 800,
    "ibm_claim_stance": 1000,
    "valueeval": 1200,
}
NLI = "nli_conjnli"
MOST_WORDS = 90
LEAST_AGREEMENT = 0.9
NEGATED = 0.12
FIRST_AFFIRMED, SECOND_AFFIRMED = 0.88, 0.9
SECOND_WEIGHT = 0.7

Row = dict[str, Any]


def public_folder(named: Path | None) -> Path | None:
    """The folder given, or that of the variable; None where neither is: the public sets are optional.

    Raises:
        UserError: names the sets that are missing from the folder.
    """
    value = named or os.environ.get(VARIABLE, "").strip()
    if not value:
        return None
    folder = Path(value)
    missing = [name for name in FIRST_STAGE if not (folder / name / "train.jsonl").is_file()]
    if missing:
        raise UserError(
            f"no {missing[0]}/train.jsonl here (missing sets: {', '.join(missing)}): point {VARIABLE} at a folder"
            " with all of them, or leave it unset to train without public sets",
            folder,
        )
    return folder


def first_stage_pairs(folder: Path, seed: int = 3) -> list[Example]:
    """The pairs of the first stage, shuffled; texts that two sets share are taken once."""
    rng = random.Random(seed)
    chosen: list[tuple[str, Row]] = []
    seen: set[str] = set()
    for name, limit in FIRST_STAGE.items():
        rows = [row for row in _rows(folder, name) if _is_agreed(row) and _is_short(name, row)]
        if name == "valueeval":
            rows = [row for row in rows if _key(row) not in seen]
        rng.shuffle(rows)
        rows = rows[:limit]
        if name == "ibm_argq30k":
            seen = {_key(row) for row in rows}
        chosen += [(name, row) for row in rows]
    examples = [_first(row, name, rng) for name, row in chosen]
    rng.shuffle(examples)
    return examples


def second_stage_pairs(folder: Path, seed: int = 7) -> list[Example]:
    """Pairs with a side, kept in the mix of the second stage so that it does not forget; shuffled."""
    rng = random.Random(seed)
    examples = []
    for name, limit in SECOND_STAGE.items():
        rows = [row for row in _rows(folder, name) if _has_side(row) and _words(row) < MOST_WORDS]
        rng.shuffle(rows)
        examples += [_second(row, rng) for row in rows[:limit]]
    rng.shuffle(examples)
    return examples


def _first(row: Row, name: str, rng: random.Random) -> Example:
    proposition, label = sentence(row["target"]), _label(row)
    if name != NLI and _has_side(row) and rng.random() < NEGATED:
        proposition, label = negated(proposition, label)
    if rng.random() < FIRST_AFFIRMED:
        proposition, label = affirmed(proposition, label)
    return _plain(row, proposition, label, 1.0)


def _second(row: Row, rng: random.Random) -> Example:
    proposition, label = sentence(row["target"]), _label(row)
    if rng.random() < SECOND_AFFIRMED:
        proposition, label = affirmed(proposition, label)
    if rng.random() < NEGATED:
        proposition, label = negated(proposition, label)
    return _plain(row, proposition, label, SECOND_WEIGHT)


def _plain(row: Row, proposition: str, label: str, weight: float) -> Example:
    text = " ".join(row["text"].split())
    return Example(text, "", proposition, label, weight=weight, kind="public", how="public", issue="public")


def _rows(folder: Path, name: str) -> list[Row]:
    path = folder / name / "train.jsonl"
    rows = []
    for number, row in read_lines(path):
        if not {"text", "target", "label"} <= row.keys() or _label(row) not in FLIPPED:
            raise UserError("needs text, target, and a label of support, oppose or neither", path, number)
        rows.append(row)
    return rows


def _label(row: Row) -> str:
    return "none" if row["label"] == "neither" else str(row["label"])


def _has_side(row: Row) -> bool:
    return row["label"] in ("support", "oppose")


def _is_agreed(row: Row) -> bool:
    return float(row.get("stance_conf", 1)) > LEAST_AGREEMENT


def _is_short(name: str, row: Row) -> bool:
    return name != "arc_stance" or _words(row) < MOST_WORDS


def _words(row: Row) -> int:
    return len(row["text"].split())


def _key(row: Row) -> str:
    return str(row["text"]).lower().strip()
