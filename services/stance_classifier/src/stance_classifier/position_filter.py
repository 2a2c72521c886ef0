"""A hidden-Markov filter over positions: three states, calibrated likelihoods, hazard by elapsed time.

The naive rule (compare the newest label with the last) raises an alert for every mistake of the classifier.
The filter weighs each utterance once and asks how probable it is that the actor *stood there and now stands here*.
Reference: L. R. Rabiner, "A Tutorial on Hidden Markov Models", Proc. IEEE 77(2), 1989, section III.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

STANCES = ("support", "oppose", "neutral")
Vector = tuple[float, float, float]


@dataclass(frozen=True)
class FilterSettings:
    """Probabilities and times of the filter; the defaults have the highest precision on the development
    stories of those with which one clear statement still suffices (test_positions.py; the article it began with)."""

    hazard_floor: float = 0.45
    """Probability that the position changed between two utterances, however close."""
    hazard_half_life_days: float = 400.0
    """Elapsed time after which half of the remaining room for change is used up."""
    hazard_ceiling: float = 0.5
    reversal_hazard: float = 0.9
    """Where the wording tells of a change of course."""
    steadfast_hazard: float = 0.05
    """Where the wording denies one."""
    pole_to_pole: float = 0.75
    """Of the changes that leave support or oppose, the share that go to the other pole and not to neutral."""
    false_alarm_cost: float = 4.75
    miss_cost: float = 1.0
    baseline_threshold: float = 0.55
    """Posterior from which a first position is held as a baseline."""

    @property
    def announce_threshold(self) -> float:
        """tau = c_fa / (c_fa + c_miss)."""
        return self.false_alarm_cost / (self.false_alarm_cost + self.miss_cost)


@dataclass(frozen=True)
class Observation:
    """One utterance: when it was said and how likely its words are under each stance."""

    said_at: datetime
    likelihoods: Vector
    shift: str | None = None
    """"reversal" or "steadfast", where the wording itself tells of a change of course or denies it."""


def hazard(elapsed_days: float, settings: FilterSettings, shift: str | None = None) -> float:
    """Probability of a change of position within the elapsed time, or as the wording has it."""
    if shift is not None:
        return settings.reversal_hazard if shift == "reversal" else settings.steadfast_hazard
    decay: float = 0.5 ** (max(0.0, elapsed_days) / settings.hazard_half_life_days)
    return settings.hazard_ceiling - (settings.hazard_ceiling - settings.hazard_floor) * decay


def likelihoods(probabilities: Mapping[str, float], own: float) -> Vector:
    """Likelihood of the words under each stance, with the chance mixed in that they are not the actor's own.

    `own` is the probability that they are a position of this actor at all.
    """
    total = sum(probabilities[stance] for stance in STANCES) or 1.0
    values = [own * probabilities[stance] / total + (1.0 - own) / 3.0 for stance in STANCES]
    return (max(values[0], 1e-4), max(values[1], 1e-4), max(values[2], 1e-4))


def _step(
    alpha: Sequence[float], earlier: Observation, later: Observation, settings: FilterSettings
) -> list[float]:
    change = hazard(_days_between(earlier, later), settings, later.shift)
    support, oppose, neutral = alpha
    across, to_neutral = change * settings.pole_to_pole, change * (1.0 - settings.pole_to_pole)
    stay = 1.0 - change
    return [
        stay * support + across * oppose + change * neutral / 2.0,
        stay * oppose + across * support + change * neutral / 2.0,
        stay * neutral + to_neutral * (support + oppose),
    ]


def forward(observations: Sequence[Observation], settings: FilterSettings) -> list[Vector]:
    """Posterior over the three stances after each observation (given in the order said)."""
    posteriors: list[Vector] = []
    alpha: list[float] = [1 / 3, 1 / 3, 1 / 3]
    for index, observation in enumerate(observations):
        if index:
            alpha = _step(alpha, observations[index - 1], observation, settings)
        alpha = [a * likelihood for a, likelihood in zip(alpha, observation.likelihoods, strict=True)]
        total = sum(alpha)
        alpha = [a / total for a in alpha]
        posteriors.append((alpha[0], alpha[1], alpha[2]))
    return posteriors


def change_probability(
    observations: Sequence[Observation], stood_at: int, old: str, new: str, settings: FilterSettings
) -> float:
    """P(position was `old` at observation `stood_at` and is `new` after the last one | all observations)."""
    posterior = forward(observations[: stood_at + 1], settings)[-1]
    free = list(posterior)
    fixed = [p if STANCES[i] == old else 0.0 for i, p in enumerate(posterior)]
    for index in range(stood_at + 1, len(observations)):
        earlier, later = observations[index - 1], observations[index]
        free = _weigh(_step(free, earlier, later, settings), later)
        fixed = _weigh(_step(fixed, earlier, later, settings), later)
    return fixed[STANCES.index(new)] / (sum(free) or 1.0)


def _weigh(alpha: Sequence[float], observation: Observation) -> list[float]:
    return [a * likelihood for a, likelihood in zip(alpha, observation.likelihoods, strict=True)]


def bits(observation: Observation, new: str, old: str) -> float:
    """What one utterance says for `new` against `old`, in bits."""
    return math.log2(
        observation.likelihoods[STANCES.index(new)] / observation.likelihoods[STANCES.index(old)]
    )


def _days_between(earlier: Observation, later: Observation) -> float:
    return (later.said_at - earlier.said_at).total_seconds() / 86400.0
