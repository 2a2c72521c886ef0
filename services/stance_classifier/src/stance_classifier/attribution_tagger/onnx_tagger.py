"""The tagger as an int8 ONNX network: one session, loaded at the first question; onnxruntime and tokenizers only."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance_classifier.attribution_tagger.base import Pointing, Tagged
from stance_classifier.attribution_tagger.folder import check_folder
from stance_classifier.passages import Span

if TYPE_CHECKING:
    from stance_classifier.attribution_tagger.windows import Window

WIDEST_GAP_CHARACTERS = 3
"""Runs of one kind with only a comma or a quotation mark between them are one."""


class OnnxTagger:
    """Answers from a folder (see folder.py); `threads` 0 means all cores."""

    def __init__(self, directory: Path, threads: int = 0) -> None:
        self._directory = directory
        self._threads = threads
        self._session: Any = None
        self._tokenizer: Any = None

    def point(self, text: str, marked: Sequence[Span]) -> list[Pointing]:
        """Who speaks each of the marked spans, in their order."""
        if not marked:
            return []
        self._load()
        from stance_classifier.attribution_tagger.windows import MAX_POINTING_TOKENS, Windows

        windows = Windows(self._tokenizer, text)
        cut = [windows.around(span, MAX_POINTING_TOKENS) for span in marked]
        return [_pointing(window, scores) for window, scores in zip(cut, self._scores(cut), strict=True)]

    def tag(self, text: str, sentences: Sequence[Span], within: Sequence[Span]) -> list[Tagged]:
        """Sources, cues and contents in text order; only what stands near one of the spans of `within` is read."""
        if not within:
            return []
        self._load()
        from stance_classifier.attribution_tagger.windows import Windows

        tiles = Windows(self._tokenizer, text).tiles(sentences)
        cut = [tile for tile in tiles if any(tile.seen.overlaps(span) for span in within)]
        found = [
            one
            for window, scores in zip(cut, self._scores(cut), strict=True)
            for one in _runs(window, scores)
        ]
        return _joined(found)

    def _scores(self, windows: Sequence[Window]) -> list[Any]:
        """Scores of each window, (tokens, 5)."""
        from stance_classifier.attribution_tagger.windows import arrays, batches

        results: list[Any] = [None] * len(windows)
        for batch in batches(windows):
            output = self._session.run(None, arrays([windows[index] for index in batch]))[0]
            for index, rows in zip(batch, output, strict=True):
                results[index] = rows[: len(windows[index])]
        return results

    def _load(self) -> None:
        if self._session is not None:
            return
        check_folder(self._directory)
        os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.log_severity_level = 3
        self._tokenizer = Tokenizer.from_file(str(self._directory / "tokenizer.json"))
        self._session = onnxruntime.InferenceSession(
            str(self._directory / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )


def _pointing(window: Window, scores: Any) -> Pointing:
    chances = _softmax(scores[:, 0]).tolist()
    inside = slice(1, len(window) - 1)
    seen = chances[inside]
    return Pointing(tuple(window.spans[inside]), tuple(seen), max(0.0, 1.0 - sum(seen)))


def _runs(window: Window, scores: Any) -> Iterator[Tagged]:
    """Neighbouring tokens of one kind."""
    from stance_classifier.attribution_tagger.windows import TAGS

    chances = _softmax(scores[:, 1:])
    kinds = chances.argmax(-1).tolist()
    start = 1
    for index in range(2, len(window)):
        if index == len(window) - 1 or kinds[index] != kinds[start]:
            if kinds[start]:
                mean = float(chances[start:index, kinds[start]].mean())
                yield Tagged(window.spans[start].start, window.spans[index - 1].end, TAGS[kinds[start]], mean)
            start = index


def _joined(found: Sequence[Tagged]) -> list[Tagged]:
    joined: list[Tagged] = []
    for one in found:
        last = joined[-1] if joined else None
        if last is not None and last.kind == one.kind and one.start - last.end <= WIDEST_GAP_CHARACTERS:
            joined[-1] = Tagged(last.start, one.end, one.kind, min(last.confidence, one.confidence))
        else:
            joined.append(one)
    return joined


def _softmax(scores: Any) -> Any:
    import numpy as np

    lifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return lifted / lifted.sum(axis=-1, keepdims=True)
