"""A question as tokens: `actor :` and the passage with its marked words, then the proposition.

Training and inference share this file, so that a shipped model is asked exactly as it was taught. Without an actor
(the writer's own stance: public training pairs) the passage stands alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from stance_classifier.model.base import StanceQuestion

MARK_START, MARK_END = "[unused1]", "[unused2]"
SHARE_BEFORE_MARK = 0.6
MAX_ACTOR_TOKENS = 16


@dataclass(frozen=True)
class Tokens:
    """Token ids of the two segments, special tokens included."""

    passage: list[int]
    question: list[int]

    def __len__(self) -> int:
        return len(self.passage) + len(self.question)


class Encoder:
    """Turns questions into tokens within fixed limits, keeping the marked words in view."""

    def __init__(
        self, tokenizer: Tokenizer, max_passage_tokens: int = 128, max_question_tokens: int = 40
    ) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        tokenizer.add_special_tokens([MARK_START, MARK_END])
        self._tokenizer = tokenizer
        self._max_passage = max_passage_tokens
        self._max_question = max_question_tokens
        self.mark_start, self.mark_end = self._id(MARK_START), self._id(MARK_END)
        self._cls, self._sep = self._id("[CLS]"), self._id("[SEP]")

    def _id(self, token: str) -> int:
        found = self._tokenizer.token_to_id(token)
        if found is None:
            raise ValueError(f"the tokenizer has no {token}: a BERT vocabulary is needed")
        return int(found)

    def encode(self, questions: Sequence[StanceQuestion]) -> list[Tokens]:
        """Tokens for each question, in order."""
        actors = self._ids([f"{question.actor} :" if question.actor else "" for question in questions])
        passages = self._ids([marked(question) for question in questions])
        asked = self._ids([question.proposition for question in questions])
        return [self._tokens(*ids) for ids in zip(actors, passages, asked, strict=True)]

    def _tokens(self, actor: list[int], passage: list[int], asked: list[int]) -> Tokens:
        named = actor[: min(MAX_ACTOR_TOKENS, self._max_passage // 4)]
        window = self._window(passage, self._max_passage - len(named))
        return Tokens([self._cls, *named, *window, self._sep], [*asked[: self._max_question], self._sep])

    def _ids(self, texts: list[str]) -> list[list[int]]:
        return [list(e.ids) for e in self._tokenizer.encode_batch(texts, add_special_tokens=False)]

    def _window(self, ids: list[int], limit: int) -> list[int]:
        if len(ids) <= limit or self.mark_start not in ids:
            return ids[:limit]
        start, end = ids.index(self.mark_start), ids.index(self.mark_end)
        marked_length = end - start + 1
        if marked_length >= limit:
            return [*ids[start : start + limit - 1], self.mark_end]
        room = limit - marked_length
        before = min(start, max(int(room * SHARE_BEFORE_MARK), room - (len(ids) - end - 1)))
        return ids[start - before : start - before + limit]


def marked(question: StanceQuestion) -> str:
    """The passage with the marker tokens around the words under judgement."""
    if question.span is None:
        return question.passage
    start, end = question.span
    text = question.passage
    return f"{text[:start]} {MARK_START} {text[start:end]} {MARK_END} {text[end:]}"
