"""Weights to the tagger's folder: int8 ONNX per channel, checked against torch.

python -m attribution_training.export --weights DIR --out DIR --version 2026.11.25
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from stance_classifier.attribution_tagger.folder import FILES
from stance_classifier.attribution_tagger.windows import Windows, arrays
from stance_classifier.passages import Span
from stance_training.fetch_base import fetch_base
from tokenizers import Tokenizer

from attribution_training.network import TaggerNetwork
from attribution_training.train import BASE

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
EXAMPLE = "The minister said that the tax should be raised. Nobody else spoke."
TOLERANCE = 1e-3


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
    sums = [f"{hashlib.sha256((arguments.out / name).read_bytes()).hexdigest()}  {name}\n" for name in FILES]
    (arguments.out / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


def export_onnx(network: TaggerNetwork, base: Path, out: Path) -> None:
    """fp32 ONNX that gives torch's scores, then int8."""
    network.eval()
    network.bert.set_attn_implementation("eager")
    shutil.copy(base / "tokenizer.json", out / "tokenizer.json")
    cut = Windows(Tokenizer.from_file(str(base / "tokenizer.json")), EXAMPLE)
    feeds = arrays([cut.around(Span(18, 47)), cut.around(Span(0, 60))])
    tensors = tuple(torch.from_numpy(feeds[name]) for name in INPUTS)
    axes = {name: {0: "batch", 1: "length"} for name in (*INPUTS, "scores")}
    full = out / "fp32.onnx"
    with warnings.catch_warnings():
        # The exporter warns about what it traces; the check below compares the result.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            tensors,
            str(full),
            input_names=list(INPUTS),
            output_names=["scores"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
    exported = onnxruntime.InferenceSession(str(full)).run(None, feeds)[0]
    with torch.no_grad():
        difference = float(np.abs(network(*tensors).numpy() - exported).max())
    if difference > TOLERANCE:
        raise SystemExit(f"the exported tagger differs from the trained one by {difference:.2g}")
    quantize_dynamic(
        str(full),
        str(out / "model.onnx"),
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )
    full.unlink()


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
