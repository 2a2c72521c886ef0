"""Chances that mean what they say, and when to abstain: fitted on the dev split."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import minimize
from stance_classifier.model.mirror import Calibration

from stance_training import measure
from stance_training.examples import Example

FLOOR = 1e-6
PRIOR_ON_BIAS = 0.002
LEAST_CHANCE = 0.4
WANTED_SHARE_RIGHT = 0.85
MARGINS = np.arange(0.0, 0.61, 0.05)
OFFSETS = np.linspace(-4, 4, 81)


def fit_calibration(examples: Sequence[Example], asked: np.ndarray, opposite: np.ndarray) -> Calibration:
    """Temperature and bias by likelihood (support and oppose share theirs), margins by the share right."""
    chances, truth = measure.mirrored(asked, opposite), measure.truth_of(examples)
    temperature, bias = fit_temperature(chances, truth)
    calibrated = apply(chances, temperature, bias)
    return Calibration(
        temperature=temperature,
        bias=(bias[0], bias[1], bias[2], bias[3]),
        abstain_below=LEAST_CHANCE,
        abstain_margin=_margin(calibrated, truth),
        conditional_bias=_offset(examples, (asked + opposite)[:, 4] / 2, lambda example: example.conditional),
        past_bias=_offset(examples, (asked + opposite)[:, 5] / 2, lambda example: example.past),
    )


def fit_temperature(chances: np.ndarray, truth: np.ndarray) -> tuple[float, list[float]]:
    """The temperature and the four offsets that make the labels likeliest."""

    def loss(values: np.ndarray) -> float:
        scaled = apply(chances, float(np.exp(values[0])), [values[1], values[1], values[2], values[3]])
        likelihood = np.log(np.maximum(scaled[np.arange(len(truth)), truth], FLOOR))
        return float(-likelihood.mean() + PRIOR_ON_BIAS * (values[1:] ** 2).sum())

    best = minimize(loss, np.zeros(4), method="Nelder-Mead", options={"maxiter": 2000}).x
    return float(np.exp(best[0])), [float(value) for value in (best[1], best[1], best[2], best[3])]


def apply(chances: np.ndarray, temperature: float, bias: Sequence[float]) -> np.ndarray:
    """As `Calibration.apply`, for many rows."""
    return measure.softmax(np.log(np.maximum(chances, FLOOR)) / temperature + np.array(bias))


def cross_fitted(chances: np.ndarray, truth: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Each fold calibrated by the others: an honest calibration error."""
    result = np.zeros_like(chances)
    for fold in np.unique(folds):
        temperature, bias = fit_temperature(chances[folds != fold], truth[folds != fold])
        result[folds == fold] = apply(chances[folds == fold], temperature, bias)
    return result


def _margin(chances: np.ndarray, truth: np.ndarray) -> float:
    guess = chances.argmax(1)
    claimed = guess < 2
    distance, right = np.abs(chances[claimed, 0] - chances[claimed, 1]), (guess == truth)[claimed]
    for margin in MARGINS:
        kept = distance >= margin
        if kept.any() and right[kept].mean() >= WANTED_SHARE_RIGHT:
            return float(margin)
    return float(MARGINS[len(MARGINS) // 2])


def _offset(examples: Sequence[Example], scores: np.ndarray, truth_of: Callable[[Example], int]) -> float:
    known = np.array([truth_of(example) >= 0 and example.label != "none" for example in examples])
    truth = np.array([truth_of(example) for example in examples])[known]
    return float(
        max(OFFSETS, key=lambda offset: measure.f1((scores[known] + offset > 0).astype(int), truth, 1))
    )
