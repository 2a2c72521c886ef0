"""Weights to a model folder: per-channel int8 ONNX, calibrated on the dev split with that very int8 model.

python -m stance_training.export --weights stage2.pt --corpus DIR --out DIR --version V
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from stance_classifier.model.bundled import FILES, BundledModel
from stance_classifier.model.encode import Encoder
from stance_classifier.model.mirror import Calibration
from tokenizers import Tokenizer

from stance_training import measure
from stance_training.calibrate import fit_calibration
from stance_training.examples import Example
from stance_training.fetch_base import fetch_base
from stance_training.network import StanceNetwork, as_tensors
from stance_training.train import dev_sets

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
MAX_PASSAGE_TOKENS, MAX_QUESTION_TOKENS = 160, 40
EXAMPLE_PASSAGE, EXAMPLE_QUESTION = "The minister said no .", "Lindt: The tax should go."
TOLERANCE = 1e-3


def main() -> None:
    """Writes the folder and prints the dev figures of the int8 model."""
    arguments = _arguments()
    base = fetch_base(arguments.base, arguments.cache)
    arguments.out.mkdir(parents=True, exist_ok=True)
    export_onnx(base, arguments.weights, arguments.out)
    write_config(arguments.out, arguments.version, Calibration())
    sets = dev_sets(arguments.corpus)
    examples = [example for part in sets.values() for example in part]
    asked, opposite = raw_scores(arguments.out, examples)
    calibration = fit_calibration(examples, asked, opposite)
    write_config(arguments.out, arguments.version, calibration)
    position = 0
    for kind, part in sets.items():
        rows = slice(position, position + len(part))
        chances = measure.mirrored(asked[rows], opposite[rows])
        print(kind, json.dumps(measure.figures(chances, measure.truth_of(part))))
        position += len(part)


def export_onnx(base: Path, weights: Path, out: Path) -> None:
    """fp32 ONNX, checked against torch, then int8 per channel."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    encoder = Encoder(tokenizer, MAX_PASSAGE_TOKENS, MAX_QUESTION_TOKENS)
    network = StanceNetwork(base, encoder.mark_start, encoder.mark_end)
    network.load_state_dict(torch.load(weights))
    network.eval()
    network.bert.set_attn_implementation("eager")
    example = Example(EXAMPLE_PASSAGE, "Lindt", EXAMPLE_QUESTION, "oppose", (4, 12))
    tensors = as_tensors(encoder.encode([example.question, example.opposite]))
    axes = {name: {0: "batch", 1: "length"} for name in INPUTS}
    full = out / "fp32.onnx"
    torch.onnx.export(
        network,
        tensors,
        str(full),
        input_names=list(INPUTS),
        output_names=["scores"],
        dynamic_axes={**axes, "scores": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )
    _check(full, network, tensors)
    quantize_dynamic(str(full), str(out / "model.onnx"), per_channel=True, weight_type=QuantType.QInt8)
    full.unlink()
    shutil.copy(base / "tokenizer.json", out / "tokenizer.json")


def _check(full: Path, network: StanceNetwork, tensors: Sequence[torch.Tensor]) -> None:
    import onnxruntime

    feeds = {name: tensor.numpy() for name, tensor in zip(INPUTS, tensors, strict=True)}
    exported = onnxruntime.InferenceSession(str(full)).run(None, feeds)[0]
    with torch.no_grad():
        difference = float(np.abs(network(*tensors).numpy() - exported).max())
    if difference > TOLERANCE:
        raise SystemExit(f"the exported model differs from the trained one by {difference:.2g}")


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
    sums = [f"{hashlib.sha256((out / name).read_bytes()).hexdigest()}  {name}\n" for name in FILES]
    (out / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


def raw_scores(folder: Path, examples: Sequence[Example]) -> tuple[np.ndarray, np.ndarray]:
    """Scores of the int8 model on the questions and on their opposites, through the product's own code."""
    model = BundledModel(folder)
    asked = np.array(model.scores([example.question for example in examples]))
    return asked, np.array(model.scores([example.opposite for example in examples]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--base", default="e5-small-v2")
    parser.add_argument("--cache", type=Path, default=Path(".run/bases"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
