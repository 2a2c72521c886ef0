"""A tagger of a few hundred bytes whose words vote: enough to see what is asked and how answers are read."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
WORDS = ["selma", "nuri", "tim", "reed", "said", "that", "the", "wall", "stands", "holds", "."]
FILES = ("model.onnx", "tokenizer.json", "model.json")


def write_tagger(directory: Path, votes: dict[str, list[float]]) -> Path:
    """A tagger's folder; each word votes for (pointer, nothing, source, cue, content)."""
    _tokenizer().save(str(directory / "tokenizer.json"))
    _write_onnx(directory / "model.onnx", votes)
    (directory / "model.json").write_text("{}")
    sums = [f"{hashlib.sha256((directory / name).read_bytes()).hexdigest()}  {name}" for name in FILES]
    (directory / "SHA256SUMS").write_text("\n".join(sums) + "\n")
    return directory


def _tokenizer() -> Tokenizer:
    vocabulary = {word: index for index, word in enumerate([*SPECIAL, *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def _write_onnx(path: Path, votes: dict[str, list[float]]) -> None:
    words = [*SPECIAL, *WORDS]
    table = np.zeros((len(words), 5), dtype=np.float32)
    table[:, 1] = 1.0
    for word, row in votes.items():
        table[words.index(word)] = row
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", "length", 5])
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["scores"])]
    graph = helper.make_graph(nodes, "votes", inputs, [scores], [numpy_helper.from_array(table, "table")])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), str(path))
