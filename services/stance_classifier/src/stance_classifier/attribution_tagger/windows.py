"""A text as windows of word pieces that know their characters. Training and inference share this file.

The words whose speaker is asked for are marked by their token type, so that no offset moves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer

from stance_classifier.passages import Span

MAX_TOKENS = 180
MAX_POINTING_TOKENS = 128
SHARE_BEFORE = 0.65
TAGS = ("nothing", "source", "cue", "content")
MAX_BATCH = 24
MAX_BATCH_TOKENS = 4096


@dataclass(frozen=True)
class Window:
    """Token ids with [CLS] and [SEP]; `types` is 1 on marked tokens; `spans` are characters (empty for the two)."""

    ids: list[int]
    types: list[int]
    spans: list[Span]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def seen(self) -> Span:
        """From the first character that is read to the last."""
        inside = self.spans[1:-1] or self.spans
        return Span(inside[0].start, inside[-1].end)


class Windows:
    """One text, tokenised once, and the windows that are cut from it."""

    def __init__(self, tokenizer: Tokenizer, text: str) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        coded = tokenizer.encode(text, add_special_tokens=False)
        self._ids: list[int] = list(coded.ids)
        self._spans = [Span(start, end) for start, end in coded.offsets]
        self._cls, self._sep = _id(tokenizer, "[CLS]"), _id(tokenizer, "[SEP]")

    def around(self, marked: Span, limit: int = MAX_TOKENS) -> Window:
        """The marked words with what stands around them, more of it before than behind."""
        inside = [index for index, span in enumerate(self._spans) if span.overlaps(marked)]
        if not inside:
            return self._window(0, 0, range(0))
        first, last = inside[0], min(inside[-1] + 1, inside[0] + limit)
        room = limit - (last - first)
        behind = len(self._ids) - last
        start = first - min(first, max(int(room * SHARE_BEFORE), room - behind))
        return self._window(start, min(len(self._ids), start + limit), range(first, last))

    def tiles(self, sentences: Sequence[Span], limit: int = MAX_TOKENS) -> list[Window]:
        """Windows without marks that cover the text, cut between sentences where that is possible."""
        cuts = {sentence.end for sentence in sentences}
        windows: list[Window] = []
        start = 0
        while start < len(self._ids):
            end = min(len(self._ids), start + limit)
            if end < len(self._ids):
                whole = [i + 1 for i in range(start, end) if self._spans[i].end in cuts]
                end = whole[-1] if whole else end
            windows.append(self._window(start, end, range(0)))
            start = end
        return windows

    def _window(self, start: int, end: int, marked: range) -> Window:
        types = [int(index in marked) for index in range(start, end)]
        none = Span(0, 0)
        return Window(
            [self._cls, *self._ids[start:end], self._sep],
            [0, *types, 0],
            [none, *self._spans[start:end], none],
        )


def _id(tokenizer: Tokenizer, token: str) -> int:
    found = tokenizer.token_to_id(token)
    if found is None:
        raise ValueError(f"the tokenizer has no {token}: a BERT vocabulary is needed")
    return int(found)


def batches(windows: Sequence[Window]) -> Iterator[list[int]]:
    """Indices in batches of like length, so that little is padded."""
    batch: list[int] = []
    for index in sorted(range(len(windows)), key=lambda one: len(windows[one])):
        if batch and (len(batch) == MAX_BATCH or (len(batch) + 1) * len(windows[index]) > MAX_BATCH_TOKENS):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def arrays(windows: Sequence[Window]) -> dict[str, Any]:
    """The inputs of the network, padded with zeros: ids, mask and types, each (windows, tokens)."""
    import numpy as np

    shape = (len(windows), max(len(window) for window in windows))
    ids, mask, types = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    for row, window in enumerate(windows):
        ids[row, : len(window)] = window.ids
        mask[row, : len(window)] = 1
        types[row, : len(window)] = window.types
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
