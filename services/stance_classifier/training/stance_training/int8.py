"""A trained network to int8 ONNX, per channel, checked against torch before it is quantised."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
TOLERANCE = 1e-3


def export_int8(
    network: torch.nn.Module,
    feeds: Mapping[str, np.ndarray],
    axes: Mapping[str, Mapping[int, str]],
    out: Path,
) -> None:
    """Writes `model.onnx`, int8 per channel, with the inputs INPUTS and the output `scores`.

    `feeds` holds example inputs, `axes` names the axes of any length. Ends the program where the exported network's
    scores differ from torch's.
    """
    network.eval()
    tensors = tuple(torch.from_numpy(feeds[name]) for name in INPUTS)
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
    exported = onnxruntime.InferenceSession(str(full)).run(None, dict(feeds))[0]
    with torch.no_grad():
        difference = float(np.abs(network(*tensors).numpy() - exported).max())
    if difference > TOLERANCE:
        raise SystemExit(f"the exported model differs from the trained one by {difference:.2g}")
    quantize_dynamic(
        str(full),
        str(out / "model.onnx"),
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )
    full.unlink()


def write_sums(folder: Path, names: Sequence[str]) -> None:
    """`SHA256SUMS` of a model folder."""
    sums = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
