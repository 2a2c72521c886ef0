"""A model of a few hundred bytes that adds up one vote per word: enough to see what is asked and answered."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[unused1]", "[unused2]"]
WORDS = [
    "lindt",
    "backs",
    "rejects",
    "is",
    "right",
    "wrong",
    "to",
    "build",
    "should",
    "not",
    "never",
    ":",
    ".",
]
WORDS += ["says", "the", "bridge", "undecided", "if", "once", "rain"]


def tiny_tokenizer() -> Tokenizer:
    """Words of a fixed vocabulary, in BERT's manner."""
    vocabulary = {word: index for index, word in enumerate([*SPECIAL, *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return tokenizer


def write_voting_onnx(path: Path, votes: dict[str, list[float]], width: int) -> None:
    """An ONNX model whose scores are the sums of its words' votes."""
    table = np.zeros((len(SPECIAL) + len(WORDS), width), dtype=np.float32)
    for word, row in votes.items():
        table[[*SPECIAL, *WORDS].index(word)] = row
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["voted"]),
        helper.make_node("ReduceSum", ["voted", "axes"], ["logits"], keepdims=0),
    ]
    graph = helper.make_graph(
        nodes,
        "votes",
        inputs,
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", width])],
        [numpy_helper.from_array(table, "table"), numpy_helper.from_array(np.array([1]), "axes")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(path))


def write_bundle(
    directory: Path, votes: dict[str, list[float]], calibration: dict[str, object] | None = None
) -> Path:
    """A whole model folder as `BundledModel` wants it."""
    write_voting_onnx(directory / "model.onnx", votes, 6)
    tiny_tokenizer().save(str(directory / "tokenizer.json"))
    config = {
        "name": "tiny",
        "version": "7",
        "max_passage_tokens": 16,
        "max_question_tokens": 12,
        "calibration": calibration or {},
    }
    (directory / "model.json").write_text(json.dumps(config))
    sums = [
        f"{hashlib.sha256((directory / name).read_bytes()).hexdigest()}  {name}"
        for name in ("model.onnx", "tokenizer.json", "model.json")
    ]
    (directory / "SHA256SUMS").write_text("\n".join(sums) + "\n")
    return directory
