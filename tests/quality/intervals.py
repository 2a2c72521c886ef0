"""95 % intervals by bootstrap over groups (stories, issues): rows of one group are not independent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

ROUNDS = 400
Group = TypeVar("Group")


@dataclass(frozen=True)
class Measured:
    """A figure with its interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def bootstrap(groups: Sequence[Group], figure: Callable[[Sequence[Group]], float], seed: int = 7) -> Measured:
    """The figure over all groups, and its 2.5 % and 97.5 % quantiles over 400 resamplings (fixed seed)."""
    if not groups:
        return Measured(0.0, 0.0, 0.0)
    random = np.random.default_rng(seed)
    resampled = []
    for _ in range(ROUNDS):
        drawn = random.integers(0, len(groups), len(groups))
        resampled.append(figure([groups[i] for i in drawn]))
    low, high = np.quantile(resampled, [0.025, 0.975])
    return Measured(figure(groups), float(low), float(high))
