"""The bundled default: a small encoder, int8 ONNX, on the CPU and without a network.

A model folder holds `model.onnx`, `tokenizer.json`, `model.json` (name, version, limits, calibration) and
`SHA256SUMS` over the three; a file that doesn't match its sum is refused.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancewatch_shared.errors import UserError

from stance_classifier.affirmation import affirm
from stance_classifier.model.base import StanceAnswer, StanceQuestion
from stance_classifier.model.mirror import mirror, read_calibration, read_scores
from stance_classifier.propositions import negate

if TYPE_CHECKING:
    from stance_classifier.model.encode import Tokens

BUNDLED_DIR = Path(__file__).parent / "bundled"
FILES = ("model.onnx", "tokenizer.json", "model.json")
MAX_BATCH = 32
MAX_BATCH_TOKENS = 4096


class BundledModel:
    """Answers stance questions with a model folder; loads it at the first question."""

    def __init__(self, directory: Path = BUNDLED_DIR, threads: int = 0) -> None:
        self._directory = directory
        self._threads = threads
        self._config = _read_config(directory)
        self._session: Any = None
        self._encoder: Any = None
        self.calibration = read_calibration(self._config.get("calibration", {}))

    @property
    def name(self) -> str:
        """`bundled`, or what the folder's `model.json` says."""
        return str(self._config["name"])

    @property
    def version(self) -> str:
        """The version in the folder's `model.json`."""
        return str(self._config["version"])

    def judge(self, questions: Sequence[StanceQuestion]) -> list[StanceAnswer]:
        """Asks each proposition from its affirmative side, so that a proposition and its negation are one question
        and their answers mirror each other by construction; where the calibration gives the opposite a share, it
        is asked too, and answers that contradict each other abstain.
        """
        if not questions:
            return []
        affirmed = [affirm(question.proposition) for question in questions]
        asked = [replace(q, proposition=a.proposition) for q, a in zip(questions, affirmed, strict=True)]
        if self.calibration.mirror_share > 0:
            opposites = [replace(q, proposition=negate(q.proposition)) for q in asked]
            scores = self.scores([*asked, *opposites])
            pairs = zip(scores[: len(asked)], scores[len(asked) :], strict=True)
            answers = [mirror(straight, opposite, self.calibration) for straight, opposite in pairs]
        else:
            answers = [read_scores(scores, self.calibration) for scores in self.scores(asked)]
        return [answer.turned() if a.turned else answer for answer, a in zip(answers, affirmed, strict=True)]

    def scores(self, questions: Sequence[StanceQuestion]) -> list[list[float]]:
        """Six raw scores for each question: support, oppose, neutral, none, conditional, past."""
        self._load()
        tokens = self._encoder.encode(questions)
        results: list[list[float]] = [[] for _ in tokens]
        for batch in _batches(tokens):
            output = self._session.run(None, _arrays([tokens[index] for index in batch]))[0]
            for index, row in zip(batch, output.tolist(), strict=True):
                results[index] = row
        return results

    def _load(self) -> None:
        if self._session is not None:
            return
        _check_sums(self._directory)
        os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
        import onnxruntime
        from tokenizers import Tokenizer

        from stance_classifier.model.encode import Encoder

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.log_severity_level = 3
        self._encoder = Encoder(
            Tokenizer.from_file(str(self._directory / "tokenizer.json")),
            int(self._config["max_passage_tokens"]),
            int(self._config["max_question_tokens"]),
        )
        self._session = onnxruntime.InferenceSession(
            str(self._directory / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )


def _batches(tokens: Sequence[Tokens]) -> Iterator[list[int]]:
    """Indices in batches of like length, so that little is padded."""
    order = sorted(range(len(tokens)), key=lambda index: len(tokens[index]))
    batch: list[int] = []
    for index in order:
        if batch and (len(batch) == MAX_BATCH or (len(batch) + 1) * len(tokens[index]) > MAX_BATCH_TOKENS):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _arrays(tokens: Sequence[Tokens]) -> dict[str, Any]:
    import numpy as np

    shape = (len(tokens), max(len(item) for item in tokens))
    ids, mask, types = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    for row, item in enumerate(tokens):
        ids[row, : len(item)] = item.passage + item.question
        mask[row, : len(item)] = 1
        types[row, len(item.passage) : len(item)] = 1
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}


def _read_config(directory: Path) -> dict[str, Any]:
    try:
        config: dict[str, Any] = json.loads((directory / "model.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(
            f"no stance model in {directory}: {error.strerror}; set STANCEWATCH_MODEL_DIR to a model folder"
        ) from error
    except ValueError as error:
        raise UserError(f"not JSON: {error}", file=str(directory / "model.json")) from error
    return config


def _check_sums(directory: Path) -> None:
    try:
        lines = (directory / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
        expected = {name: digest for digest, name in (line.split() for line in lines if line.strip())}
        actual = {name: hashlib.sha256((directory / name).read_bytes()).hexdigest() for name in FILES}
    except (OSError, ValueError) as error:
        raise UserError(f"the stance model in {directory} is incomplete: {error}") from error
    for name in FILES:
        if expected.get(name) != actual[name]:
            raise UserError(
                f"{directory / name} does not match its line in SHA256SUMS: fetch the model again"
            )
