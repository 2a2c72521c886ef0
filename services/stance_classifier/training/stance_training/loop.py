"""The training loop: phases of examples under one learning-rate schedule, on one or two processes.

On a CPU two processes of one thread each, with averaged gradients, are a third faster than one with two threads (and
fp32 was faster than bf16 where the processor has no AMX).
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.distributed as dist
from stance_classifier.model.encode import Encoder, Tokens
from torch import Tensor, nn

from stance_training.examples import LABEL_INDEX, Example
from stance_training.network import StanceNetwork, as_tensors, loss_of

RANK = int(os.environ.get("RANK", "0"))
WORLD = int(os.environ.get("WORLD_SIZE", "1"))
BUCKET_BATCHES = 16
LOG_EVERY = 50
HEAD_RATE_FACTOR = 4

Metrics = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Schedule:
    """`rate` is the highest learning rate of the encoder, reached after the share `warm_up`, then falling."""

    rate: float
    batch: int = 24
    warm_up: float = 0.06
    seed: int = 0
    evaluate_every: int = 270

    def factor(self, step: int, total: int) -> float:
        """The share of the highest rate at a step."""
        return min(
            (step + 1) / (self.warm_up * total), max(0.03, (total - step) / (total * (1 - self.warm_up)))
        )


def join_processes() -> None:
    """Finds the other process, where there is one (as `torchrun` says: RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT)."""
    threads = int(os.environ.get("OMP_NUM_THREADS", "0")) or os.cpu_count() or 1
    torch.set_num_threads(1 if WORLD > 1 else threads)
    if WORLD > 1 and not dist.is_initialized():
        dist.init_process_group("gloo")


def log(message: str) -> None:
    """One line, from the first process."""
    if RANK == 0:
        print(message, flush=True)


def train(
    network: StanceNetwork,
    encoder: Encoder,
    phases: Sequence[Sequence[Example]],
    schedule: Schedule,
    evaluate: Callable[[StanceNetwork], Metrics] | None = None,
) -> None:
    """Runs the phases in order, under one schedule; the encoder says how much of a passage is seen."""
    rng = np.random.default_rng(schedule.seed)
    torch.manual_seed(schedule.seed + 100 * RANK)
    parameters = network.learnt()
    if WORLD > 1:
        for parameter in network.parameters():
            dist.broadcast(parameter.data, 0)
    plan: list[tuple[Sequence[Example], list[Tokens], list[int]]] = []
    for phase in phases:
        tokens = encoder.encode([example.question for example in phase])
        plan += [(phase, tokens, batch) for batch in _batches(tokens, schedule.batch, rng)]
    optimizer = _optimizer(network, schedule.rate)
    rates = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: schedule.factor(step, len(plan)))
    started, seen = time.monotonic(), 0
    losses: list[float] = []
    for step, (phase, tokens, batch) in enumerate(plan, 1):
        network.train()
        share = batch[RANK::WORLD] if len(batch) >= WORLD else batch
        loss = _loss(network, [phase[index] for index in share], [tokens[index] for index in share])
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        if WORLD > 1:
            _average_gradients(parameters)
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        rates.step()
        losses.append(loss.item())
        seen += len(batch)
        if step % LOG_EVERY == 0:
            passed = time.monotonic() - started
            left = passed / step * (len(plan) - step) / 60
            log(
                f"step {step}/{len(plan)}  loss {np.mean(losses[-LOG_EVERY:]):.3f}  {seen / passed:.1f} examples/s"
                f"  about {left:.0f} min left"
            )
        if evaluate is not None and step % schedule.evaluate_every == 0:
            log(f"  dev after {step}: {json.dumps(evaluate(network))}")


def predict(network: StanceNetwork, tokens: Sequence[Tokens], batch: int = 64) -> np.ndarray:
    """Scores of shape (questions, 6), the work shared among the processes."""
    network.eval()
    order = sorted(range(len(tokens)), key=lambda index: len(tokens[index]))
    scores = np.zeros((len(tokens), 6), dtype=np.float32)
    with torch.no_grad():
        for start in range(RANK * batch, len(order), batch * WORLD):
            part = order[start : start + batch]
            scores[part] = network(*as_tensors([tokens[index] for index in part])).numpy()
    if WORLD > 1:
        dist.all_reduce(torch.from_numpy(scores))
    return scores


def _loss(network: StanceNetwork, examples: Sequence[Example], tokens: Sequence[Tokens]) -> Tensor:
    return loss_of(
        network(*as_tensors(tokens)),
        torch.tensor([LABEL_INDEX[example.label] for example in examples]),
        torch.tensor([example.conditional for example in examples]),
        torch.tensor([example.past for example in examples]),
        torch.tensor([example.weight for example in examples]),
    )


def _optimizer(network: StanceNetwork, rate: float) -> torch.optim.Optimizer:
    head = [*network.hid.parameters(), *network.out.parameters()]
    groups = [
        {"params": [one for one in network.bert.parameters() if one.requires_grad], "lr": rate},
        {"params": head, "lr": rate * HEAD_RATE_FACTOR},
    ]
    return torch.optim.AdamW(groups, weight_decay=0.01)


def _batches(tokens: Sequence[Tokens], size: int, rng: np.random.Generator) -> list[list[int]]:
    """Batches of like length, in random order."""
    order = rng.permutation(len(tokens)).tolist()
    batches: list[list[int]] = []
    for start in range(0, len(order), size * BUCKET_BATCHES):
        bucket = sorted(order[start : start + size * BUCKET_BATCHES], key=lambda index: len(tokens[index]))
        cut = [bucket[at : at + size] for at in range(0, len(bucket), size)]
        batches += [cut[index] for index in rng.permutation(len(cut))]
    return batches


def _average_gradients(parameters: Sequence[nn.Parameter]) -> None:
    gradients = [p.grad if p.grad is not None else torch.zeros_like(p) for p in parameters]
    flat = torch.cat([gradient.reshape(-1) for gradient in gradients])
    dist.all_reduce(flat)
    flat /= WORLD
    position = 0
    for parameter in parameters:
        size = parameter.numel()
        parameter.grad = flat[position : position + size].view_as(parameter).clone()
        position += size
