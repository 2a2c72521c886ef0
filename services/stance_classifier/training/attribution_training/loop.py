"""The training loop: batches of both kinds in random order, one process, one learning-rate schedule."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from stance_classifier.attribution_tagger.windows import Window, Windows, arrays
from stance_classifier.passages import split_document
from tokenizers import Tokenizer
from torch import Tensor, nn

from attribution_training.examples import IGNORED, PointerExample, TagExample, mask_of, tags_of
from attribution_training.network import TaggerNetwork, pointer_loss, tag_loss

BATCH_TOKENS, BUCKET = 1800, 400
RATE, HEAD_RATE, WARM_UP = 1.5e-4, 1e-3, 0.06
LOG_EVERY = 50


@dataclass(frozen=True)
class Case:
    """One window with what is to be learnt from it: `targets` is (2, tokens) for pointers, else (1, tokens)."""

    window: Window
    targets: np.ndarray


def pointer_cases(tokenizer: Tokenizer, examples: Sequence[PointerExample]) -> list[Case]:
    """A window around each marked span; [CLS] is right where the speaker is not named in it."""
    cases = []
    for example in examples:
        window = Windows(tokenizer, example.text).around(example.marked)
        sources, wrong = mask_of(window, example.sources), mask_of(window, example.wrong)
        if example.sources and not sources.any():
            sources[0] = True
        cases.append(Case(window, np.stack([sources, wrong]).astype(np.int64)))
    return cases


def tag_cases(tokenizer: Tokenizer, examples: Sequence[TagExample]) -> list[Case]:
    """Every window of every text."""
    return [
        Case(window, tags_of(window, example)[None])
        for example in examples
        for window in Windows(tokenizer, example.text).tiles(split_document(example.text).sentences)
    ]


def train(network: TaggerNetwork, cases: Sequence[Case], seed: int) -> None:
    """One pass over all cases."""
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    plan = _plan(cases, rng)
    body = [one for one in network.bert.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": RATE}, {"params": network.out.parameters(), "lr": HEAD_RATE}],
        weight_decay=0.01,
    )
    rates = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _factor(step, len(plan)))
    network.train()
    started = time.monotonic()
    losses: list[float] = []
    for step, batch in enumerate(plan, 1):
        loss = _loss(network, [cases[index] for index in batch])
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(body, 1.0)
        optimizer.step()
        rates.step()
        losses.append(loss.item())
        if step % LOG_EVERY == 0:
            passed = time.monotonic() - started
            left = passed / step * (len(plan) - step) / 60
            mean = np.mean(losses[-LOG_EVERY:])
            print(f"step {step}/{len(plan)}  loss {mean:.3f}  about {left:.0f} min left", flush=True)


def _factor(step: int, total: int) -> float:
    return min((step + 1) / (WARM_UP * total), max(0.03, (total - step) / (total * (1 - WARM_UP))))


def _plan(cases: Sequence[Case], rng: np.random.Generator) -> list[list[int]]:
    """Batches of one kind and of like length (at most 1,800 tokens), in random order."""
    plan: list[list[int]] = []
    for rows in (1, 2):
        chosen = np.array([i for i, case in enumerate(cases) if len(case.targets) == rows], dtype=np.int64)
        rng.shuffle(chosen)
        for start in range(0, len(chosen), BUCKET):
            bucket = sorted(chosen[start : start + BUCKET].tolist(), key=lambda i: len(cases[i].window))
            batch: list[int] = []
            for index in bucket:
                if batch and (len(batch) + 1) * len(cases[index].window) > BATCH_TOKENS:
                    plan.append(batch)
                    batch = []
                batch.append(index)
            plan.append(batch)
    return [plan[index] for index in rng.permutation(len(plan))]


def _loss(network: TaggerNetwork, cases: Sequence[Case]) -> Tensor:
    inputs = {name: torch.from_numpy(value) for name, value in arrays([c.window for c in cases]).items()}
    scores = network(**inputs)
    targets = [_padded(cases, row, scores.shape[1]) for row in range(len(cases[0].targets))]
    if len(targets) == 1:
        return tag_loss(scores, targets[0])
    return pointer_loss(scores, inputs["attention_mask"], targets[0], targets[1])


def _padded(cases: Sequence[Case], row: int, length: int) -> Tensor:
    filled = np.full((len(cases), length), 0 if len(cases[0].targets) == 2 else IGNORED, dtype=np.int64)
    for index, case in enumerate(cases):
        filled[index, : len(case.window)] = case.targets[row]
    return torch.from_numpy(filled)
