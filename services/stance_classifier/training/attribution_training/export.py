"""Weights to the tagger's folder: int8 ONNX per channel, checked against torch.

python -m attribution_training.export --weights DIR --out DIR --version 2026.11.25
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch
from stance_classifier.attribution_tagger.folder import FILES
from stance_classifier.attribution_tagger.windows import Windows, arrays
from stance_classifier.passages import Span
from stance_training.fetch_base import fetch_base
from stance_training.int8 import INPUTS, export_int8, write_sums
from tokenizers import Tokenizer

from attribution_training.network import TaggerNetwork
from attribution_training.train import BASE

EXAMPLE = "The minister said that the tax should be raised. Nobody else spoke."


def main() -> None:
    """Writes the folder."""
    arguments = _arguments()
    base = arguments.base or fetch_base(BASE, arguments.cache)
    made_with = json.loads((arguments.weights / "made_with.json").read_text(encoding="utf-8"))
    network = TaggerNetwork(base, made_with["layers"], made_with["frozen_layers"])
    network.load_state_dict(torch.load(arguments.weights / "weights.pt"))
    arguments.out.mkdir(parents=True, exist_ok=True)
    export_onnx(network, base, arguments.out)
    config = {"name": "attribution-tagger", "version": arguments.version, **made_with}
    (arguments.out / "model.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    write_sums(arguments.out, FILES)


def export_onnx(network: TaggerNetwork, base: Path, out: Path) -> None:
    """The tokenizer, and the network as int8 ONNX."""
    network.bert.set_attn_implementation("eager")
    shutil.copy(base / "tokenizer.json", out / "tokenizer.json")
    cut = Windows(Tokenizer.from_file(str(base / "tokenizer.json")), EXAMPLE)
    feeds = arrays([cut.around(Span(18, 47)), cut.around(Span(0, 60))])
    axes = {name: {0: "batch", 1: "length"} for name in (*INPUTS, "scores")}
    export_int8(network, feeds, axes, out)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m attribution_training.export", description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="the folder that train.py wrote")
    parser.add_argument("--out", type=Path, required=True, help="the tagger's folder")
    parser.add_argument("--version", required=True, help="e.g. 2026.11.25")
    parser.add_argument("--cache", type=Path, default=Path(".run/bases"))
    parser.add_argument("--base", type=Path, help="a folder with the base encoder, instead of fetching it")
    return parser.parse_args()


if __name__ == "__main__":
    main()
