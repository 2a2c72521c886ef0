"""First stage: public stance and NLI pairs, most of them dressed as news statements of invented actors.

In the public sets the stance is the author's. Half of the pairs are therefore worded as somebody's statement, many
beside a second speaker's, so that whose words they are matters from the start.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stance_classifier.propositions import negate

from stance_training.examples import FLIPPED, Example, sentence
from stance_training.names import ORGANISATIONS, invented_name

VERBS = ("said", "argued", "told reporters", "wrote", "told the committee", "said on Tuesday", "insisted")
VERBS += ("added", "declared", "told the radio")
LIMITS = {"ibm_argq30k": 2600, "valueeval": 1500, "perspectrum": 3300, "ibm_claim_stance": 1039}
ARC_LIMIT, ARC_WORDS, NLI_LIMIT = 1500, 100, 2200
PLAIN_FIRST = 0.35
NEGATED = 0.3


@dataclass(frozen=True)
class Pair:
    """A text and a proposition with the author's stance."""

    text: str
    target: str
    label: str
    source: str


def build_public(folder: Path, seed: int = 1) -> list[Example]:
    """Examples in training order: the first third with no proposition turned."""
    rng = random.Random(seed)
    pairs = _pairs(folder, rng)
    by_target: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_target[pair.target].append(pair)
    return [
        _example(pair, by_target[pair.target], pairs, rng, may_turn=index > len(pairs) * PLAIN_FIRST)
        for index, pair in enumerate(pairs)
    ]


def _pairs(folder: Path, rng: random.Random) -> list[Pair]:
    chosen: list[Pair] = []
    for source, limit in LIMITS.items():
        rows = [
            row
            for row in _rows(folder, source)
            if row.get("stance_conf", 1) > 0.9 and row.get("quality", 1) > 0.6
        ]
        rng.shuffle(rows)
        seen = {pair.text.lower().strip() for pair in chosen}
        chosen += [_pair(row, source) for row in rows[:limit] if row["text"].lower().strip() not in seen]
    arc = [row for row in _rows(folder, "arc_stance") if len(row["text"].split()) < ARC_WORDS]
    chosen += [_pair(row, "arc_stance") for row in arc[:ARC_LIMIT]]
    nli = list(_rows(folder, "nli_conjnli"))
    rng.shuffle(nli)
    against = [row for row in nli if row["label"] == "oppose"][: NLI_LIMIT // 3]
    rest = [row for row in nli if row["label"] != "oppose"][: NLI_LIMIT - len(against)]
    chosen += [_pair(row, "nli_conjnli") for row in against + rest]
    rng.shuffle(chosen)
    return chosen


def _rows(folder: Path, source: str) -> Iterator[dict[str, str]]:
    with (folder / source / "train.jsonl").open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def _pair(row: dict[str, str], source: str) -> Pair:
    return Pair(row["text"], row["target"], "none" if row["label"] == "neither" else row["label"], source)


def _example(pair: Pair, same: list[Pair], pairs: list[Pair], rng: random.Random, may_turn: bool) -> Example:
    proposition, label = sentence(pair.target), pair.label
    if may_turn and pair.source != "nli_conjnli" and rng.random() < NEGATED:
        proposition, label = negate(proposition), FLIPPED[label]
    actor = invented_name(rng) if rng.random() < 0.8 else rng.choice(ORGANISATIONS)
    choice = rng.random()
    if choice < (0.7 if pair.source == "nli_conjnli" else 0.4):
        return Example(pair.text, "the writer", proposition, label, kind="public")
    if pair.source not in ("nli_conjnli", "arc_stance") and choice < 0.62 and len(same) > 1:
        return _two_voices(pair, rng.choice(same), actor, proposition, label, rng)
    text, span = dress(pair.text, actor, rng)
    marked = None if rng.random() < 0.4 else span
    if rng.random() < 0.08:
        actor, label = invented_name(rng), "none"
    elif rng.random() < 0.06:
        proposition, label = sentence(rng.choice(pairs).target), "none"
    return Example(text, actor, proposition, label, marked, kind="public")


def _two_voices(
    pair: Pair, other: Pair, actor: str, proposition: str, label: str, rng: random.Random
) -> Example:
    own, own_span = dress(pair.text, actor, rng)
    others, others_span = dress(other.text, invented_name(rng), rng)
    if rng.random() < 0.5:
        text, shift_own, shift_other = f"{own} {others}", 0, len(own) + 1
    else:
        text, shift_own, shift_other = f"{others} {own}", len(others) + 1, 0
    choice = rng.random()
    if choice < 0.15 and other is not pair:
        span = (others_span[0] + shift_other, others_span[1] + shift_other)
        return Example(text, actor, proposition, "none", span, kind="public")
    marked = None if choice < 0.55 else (own_span[0] + shift_own, own_span[1] + shift_own)
    return Example(text, actor, proposition, label, marked, kind="public")


def dress(text: str, actor: str, rng: random.Random) -> tuple[str, tuple[int, int]]:
    """A text as somebody's words in the news, and where the words stand."""
    opening, closing = rng.choice(("“”", '""'))
    verb = rng.choice(VERBS)
    words = " ".join(text.split())
    words = words[:1].upper() + words[1:]
    bare = words.rstrip(".,; ")
    end = words if words[-1:] in "?!" else f"{bare},"
    choice = rng.random()
    if choice < 0.35:
        before, after = opening, f"{end[len(bare) :]}{closing} {actor} {verb}."
    elif choice < 0.55:
        said = "said" if verb.startswith("told") else verb
        before, after = opening, f"{end[len(bare) :]}{closing} {said} {actor}."
    elif choice < 0.75:
        before, after = f"{actor} {verb}: {opening}", f".{closing}"
    elif choice < 0.9:
        bare = bare if bare.startswith("I") else bare[:1].lower() + bare[1:]
        before, after = f"{actor[:1].upper()}{actor[1:]} {verb} that ", "."
    else:
        before, after = f"{actor}: ", "."
    return before + bare + after, (len(before), len(before) + len(bare))
