"""Chances that mean what they say: fitted on the dev split, with the scores of the very model that is shipped."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from stance_classifier.model.mirror import Calibration

from stance_training import measure
from stance_training.examples import UNKNOWN, Example

FLOOR = 1e-6
PRIOR_ON_BIAS = 0.002
MIRROR_SHARES = (0.0,)  # 0.2 gains 0.004 of loss and doubles the cost; propositions are asked affirmed anyway
# Chosen on the stories of the dev split for the product: below these the answer counts as "can't tell".
LEAST_CHANCE, LEAST_MARGIN = 0.3, 0.03
THRESHOLD_QUANTILES = np.linspace(0.5, 0.995, 60)
CONDITIONAL, PAST = 4, 5


def fit_calibration(
    examples: Sequence[Example], asked: np.ndarray, opposite: np.ndarray, turned: Sequence[bool]
) -> Calibration:
    """The weight of the opposite's answer, temperature and bias by likelihood; the side questions by F1.

    `asked` and `opposite` are raw scores of shape (questions, 6) for `examples.mirrored_questions`.
    """
    truth = measure.truth_of(examples)
    fitted = []
    for share in MIRROR_SHARES:
        chances = measure.mirrored(asked, opposite, turned, share)
        fitted.append((share, *fit_temperature(chances, truth)))
    share, temperature, bias, _ = min(fitted, key=lambda one: one[3])
    # With no weight on the opposite the product does not ask it.
    side = asked if share == 0 else (asked + opposite) / 2
    conditional = [0 if example.label == "none" else example.conditional for example in examples]
    return Calibration(
        temperature=temperature,
        bias=(bias[0], bias[1], bias[2], bias[3]),
        abstain_below=LEAST_CHANCE,
        abstain_margin=LEAST_MARGIN,
        mirror_share=share,
        conditional_bias=side_bias(side[:, CONDITIONAL], np.array(conditional)),
        past_bias=side_bias(side[:, PAST], np.array([example.past for example in examples])),
    )


def fit_temperature(chances: np.ndarray, truth: np.ndarray) -> tuple[float, list[float], float]:
    """The temperature and the four offsets that make the labels likeliest, and the loss that is left.

    Support and oppose share theirs, so that turning a proposition turns the answer.
    """
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    def loss(values: np.ndarray) -> float:
        scaled = apply(chances, float(np.exp(values[0])), [values[1], values[1], values[2], values[3]])
        likelihood = np.log(np.maximum(scaled[np.arange(len(truth)), truth], FLOOR))
        return float(-likelihood.mean() + PRIOR_ON_BIAS * (values[1:] ** 2).sum())

    best = minimize(loss, np.zeros(4), method="Nelder-Mead", options={"maxiter": 3000})
    position, neutral, none = (float(value) for value in best.x[1:])
    return float(np.exp(best.x[0])), [position, position, neutral, none], float(best.fun)


def apply(chances: np.ndarray, temperature: float, bias: Sequence[float]) -> np.ndarray:
    """As `Calibration.apply`, for many rows."""
    return measure.softmax(np.log(np.maximum(chances, FLOOR)) / temperature + np.array(bias))


def side_bias(scores: np.ndarray, truth: np.ndarray) -> float:
    """The number to add so that a score above 0 is the yes with the best F1; 0 where there is no yes to learn from.

    `truth` is 1, 0 or UNKNOWN; the threshold is looked for in the upper half of the scores.
    """
    known = truth != UNKNOWN
    scores, truth = scores[known], truth[known]
    if not (truth == 1).any():
        return 0.0
    thresholds = np.quantile(scores, THRESHOLD_QUANTILES)
    best = max(
        thresholds, key=lambda threshold: (measure.f1((scores >= threshold).astype(int), truth, 1), threshold)
    )
    return -float(best)
