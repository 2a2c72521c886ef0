"""The network: a BERT encoder with one head over the means of passage, question and marked words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from stance_classifier.model.encode import Tokens
from torch import Tensor, nn
from transformers import BertModel

SIDE_QUESTIONS = (4, 5)
SIDE_WEIGHT = 0.3
# Few positions are conditional or past: a missed one weighs as much as four false alarms.
SIDE_POSITIVE_WEIGHT = 4.0
LABEL_SMOOTHING = 0.05


class StanceNetwork(nn.Module):  # type: ignore[misc]
    """Six scores: support, oppose, neutral, none, conditional, past.

    The word embeddings stay as they are: a small corpus moves only the words it holds, and unseen ones are what counts.
    """

    def __init__(self, base: Path, mark_start: int, mark_end: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(base, add_pooling_layer=False, attn_implementation="sdpa")
        width = self.bert.config.hidden_size
        self.hid = nn.Linear(3 * width, width)
        self.out = nn.Linear(width, 6)
        self.drop = nn.Dropout(dropout)
        self.mark_start, self.mark_end = mark_start, mark_end
        for parameter in self.bert.embeddings.parameters():
            parameter.requires_grad = False

    def learnt(self) -> list[nn.Parameter]:
        """The parameters that training changes."""
        return [parameter for parameter in self.parameters() if parameter.requires_grad]

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Scores of shape (batch, 6)."""
        states = self.bert(input_ids, attention_mask, token_type_ids).last_hidden_state
        seen = attention_mask.to(states.dtype)
        question = token_type_ids.to(states.dtype) * seen
        passage = seen - question
        started = torch.cumsum((input_ids == self.mark_start).to(states.dtype), 1)
        ended = torch.cumsum((input_ids == self.mark_end).to(states.dtype), 1)
        words = ((started - ended) > 0).to(states.dtype) * passage
        is_marked = (words.sum(1, keepdim=True) > 0).to(states.dtype)
        words = words * is_marked + passage * (1 - is_marked)
        pooled = torch.cat([_mean(states, passage), _mean(states, question), _mean(states, words)], 1)
        scores: Tensor = self.out(self.drop(nn.functional.gelu(self.hid(self.drop(pooled)))))
        return scores


def _mean(states: Tensor, weights: Tensor) -> Tensor:
    return (states * weights.unsqueeze(-1)).sum(1) / weights.sum(1, keepdim=True).clamp(min=1)


def as_tensors(tokens: Sequence[Tokens]) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, mask and segment of a padded batch."""
    shape = (len(tokens), max(len(item) for item in tokens))
    ids, mask, types = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    for row, item in enumerate(tokens):
        ids[row, : len(item)] = item.passage + item.question
        mask[row, : len(item)] = 1
        types[row, len(item.passage) : len(item)] = 1
    return torch.from_numpy(ids), torch.from_numpy(mask), torch.from_numpy(types)


def loss_of(scores: Tensor, labels: Tensor, conditional: Tensor, past: Tensor, weights: Tensor) -> Tensor:
    """Cross entropy over the four answers, plus the side questions where their answer is known."""
    per_example = nn.functional.cross_entropy(
        scores[:, :4], labels, reduction="none", label_smoothing=LABEL_SMOOTHING
    )
    loss = (per_example * weights).mean()
    for column, truth in zip(SIDE_QUESTIONS, (conditional, past), strict=True):
        known = truth >= 0
        if known.any():
            side = nn.functional.binary_cross_entropy_with_logits(
                scores[known, column], truth[known].float(), pos_weight=torch.tensor(SIDE_POSITIVE_WEIGHT)
            )
            loss = loss + SIDE_WEIGHT * side
    return loss
