"""Weights to a model folder: per-channel int8 ONNX, calibrated on the dev split with that very int8 model."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from stance_classifier.model.bundled import FILES, BundledModel
from stance_classifier.model.encode import Encoder
from stance_classifier.model.mirror import Calibration
from tokenizers import Tokenizer

from stance_training import measure
from stance_training.calibrate import apply, fit_calibration
from stance_training.corpus import CORPUS
from stance_training.dev_sets import Sets, dev_sets, sampled
from stance_training.examples import Example, mirrored_questions
from stance_training.fetch_base import fetch_base
from stance_training.int8 import INPUTS, export_int8, write_sums
from stance_training.network import StanceNetwork, as_tensors
from stance_training.stages import MAX_PASSAGE_TOKENS, MAX_QUESTION_TOKENS

# Stories are what the product reads: in calibration they count double.
STORY_REPEATS = 2
EXAMPLE_PASSAGE, EXAMPLE_PROPOSITION = "The minister said no.", "The tax should be raised."

Scores = tuple[np.ndarray, np.ndarray]


def main() -> None:
    """Writes the folder and prints the dev figures of the int8 model."""
    arguments = _arguments()
    base = fetch_base(arguments.base, arguments.cache)
    arguments.out.mkdir(parents=True, exist_ok=True)
    export_onnx(base, arguments.weights, arguments.out)
    write_config(arguments.out, arguments.version, Calibration())
    sets = sampled(dev_sets(arguments.corpus), arguments.limit or sys.maxsize)
    scores = {kind: raw_scores(arguments.out, part) for kind, part in sets.items() if part}
    calibration = _calibration(sets, scores)
    write_config(arguments.out, arguments.version, calibration)
    print(f"calibration: {json.dumps(asdict(calibration))}")
    for kind, (asked, opposite) in scores.items():
        turned = mirrored_questions(sets[kind]).turned
        chances = measure.mirrored(asked, opposite, turned, calibration.mirror_share)
        chances = apply(chances, calibration.temperature, calibration.bias)
        print(kind, json.dumps(measure.figures(chances, measure.truth_of(sets[kind]))))


def _calibration(sets: Sets, scores: Mapping[str, Scores]) -> Calibration:
    kinds = [kind for kind in scores for _ in range(STORY_REPEATS if kind == "story" else 1)]
    examples = [example for kind in kinds for example in sets[kind]]
    asked, opposite = (np.concatenate([scores[kind][side] for kind in kinds]) for side in (0, 1))
    return fit_calibration(examples, asked, opposite, mirrored_questions(examples).turned)


def export_onnx(base: Path, weights: Path, out: Path) -> None:
    """fp32 ONNX, checked against torch, then int8 per channel."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    encoder = Encoder(tokenizer, MAX_PASSAGE_TOKENS, MAX_QUESTION_TOKENS)
    network = StanceNetwork(base, encoder.mark_start, encoder.mark_end)
    network.load_state_dict(torch.load(weights))
    network.bert.set_attn_implementation("eager")
    example = Example(EXAMPLE_PASSAGE, "Lindt", EXAMPLE_PROPOSITION, "oppose", (4, 12))
    questions = mirrored_questions([example])
    tensors = as_tensors(encoder.encode([*questions.asked, *questions.opposite]))
    feeds = {name: tensor.numpy() for name, tensor in zip(INPUTS, tensors, strict=True)}
    axes = {name: {0: "batch", 1: "length"} for name in INPUTS}
    export_int8(network, feeds, {**axes, "scores": {0: "batch"}}, out)
    shutil.copy(base / "tokenizer.json", out / "tokenizer.json")


def write_config(out: Path, version: str, calibration: Calibration) -> None:
    """`model.json` and `SHA256SUMS`."""
    config = {
        "name": "bundled",
        "version": version,
        "max_passage_tokens": MAX_PASSAGE_TOKENS,
        "max_question_tokens": MAX_QUESTION_TOKENS,
        "calibration": asdict(calibration),
    }
    (out / "model.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    write_sums(out, FILES)


def raw_scores(folder: Path, examples: Sequence[Example]) -> Scores:
    """Scores of the int8 model on questions and opposites, through the product's own code; each (examples, 6)."""
    model = BundledModel(folder)
    questions = mirrored_questions(examples)
    return np.array(model.scores(questions.asked)), np.array(model.scores(questions.opposite))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m stance_training.export", description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="stage2.pt of a training")
    parser.add_argument("--out", type=Path, required=True, help="the model folder")
    parser.add_argument("--version", required=True, help="e.g. 2026.11.24")
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--limit", type=int, help="dev questions of a kind, to try the machinery out")
    parser.add_argument("--base", default="e5-small-v2")
    parser.add_argument("--cache", type=Path, default=Path(".run/bases"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
