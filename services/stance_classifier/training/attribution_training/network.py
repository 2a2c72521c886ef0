"""The network: a BERT encoder whose tokens are asked two things, and what is learnt from each kind of example."""

from __future__ import annotations

from pathlib import Path

import torch
from stance_classifier.attribution_tagger.windows import TAGS
from torch import Tensor, nn
from transformers import BertModel

from attribution_training.examples import IGNORED

DROPOUT = 0.1
SMALLEST = 1e-6


class TaggerNetwork(nn.Module):  # type: ignore[misc]
    """For each token: how much it names the speaker of the marked words, and whether it is source, cue or content.

    Word embeddings and the lowest layers stay as they are: a small corpus moves only the words it holds.
    """

    def __init__(self, base: Path, layers: int = 6, frozen_layers: int = 2) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(
            base,
            add_pooling_layer=False,
            attn_implementation="sdpa",
            num_hidden_layers=layers,
            attention_probs_dropout_prob=0.0,
        )
        self.drop = nn.Dropout(DROPOUT)
        self.out = nn.Linear(self.bert.config.hidden_size, 1 + len(TAGS))
        for part in (self.bert.embeddings, *self.bert.encoder.layer[:frozen_layers]):
            for parameter in part.parameters():
                parameter.requires_grad = False

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Scores of shape (windows, tokens, 5): the pointer, then the tags."""
        states = self.bert(input_ids, attention_mask, token_type_ids).last_hidden_state
        scores: Tensor = self.out(self.drop(states))
        return scores


def pointer_loss(scores: Tensor, mask: Tensor, sources: Tensor, wrong: Tensor) -> Tensor:
    """Some mention of the speaker must hold the mass; nobody's mention where only wrong ones are known.

    Shapes (windows, tokens); [CLS] stands for "not named here".
    """
    chances = torch.softmax(scores[:, :, 0].masked_fill(mask == 0, -1e4), 1)
    right = (chances * sources).sum(1).clamp(min=SMALLEST)
    false = (1 - (chances * wrong).sum(1)).clamp(min=SMALLEST)
    return -torch.where(sources.sum(1) > 0, right.log(), false.log()).mean()


def tag_loss(scores: Tensor, tags: Tensor) -> Tensor:
    """Cross entropy over the tokens whose tag is known."""
    return nn.functional.cross_entropy(
        scores[:, :, 1:].reshape(-1, len(TAGS)), tags.reshape(-1), ignore_index=IGNORED
    )
