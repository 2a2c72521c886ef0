"""Figures of a model on questions: what is claimed, what is right, and how well it knows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from stance_classifier.model.base import LABELS

from stance_training.examples import LABEL_INDEX, Example

TURNED = [1, 0, 2, 3]
SUREST_SHARE = 0.8


def softmax(scores: np.ndarray) -> np.ndarray:
    """Chances by row."""
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    chances: np.ndarray = powers / powers.sum(-1, keepdims=True)
    return chances


def mirrored(
    asked: np.ndarray, opposite: np.ndarray, turned: Sequence[bool], share: float = 0.5
) -> np.ndarray:
    """Chances of shape (questions, 4) toward the examples' own propositions.

    `asked` and `opposite` are raw scores of shape (questions, 6) for `examples.mirrored_questions`; `share` is the
    weight of the opposite's.
    """
    mean: np.ndarray = (1 - share) * softmax(asked[:, :4]) + share * softmax(opposite[:, :4])[:, TURNED]
    rows = np.array(turned, dtype=bool)
    mean[rows] = mean[rows][:, TURNED]
    return mean


def mirror_agreement(asked: np.ndarray, opposite: np.ndarray, truth: np.ndarray) -> float:
    """How often the answers to a proposition and to its opposite point to the same side, where there is one."""
    same = np.sign(asked[:, 0] - asked[:, 1]) == np.sign(opposite[:, 1] - opposite[:, 0])
    return float(same[truth < 2].mean())


def truth_of(examples: Sequence[Example]) -> np.ndarray:
    """Label indices."""
    return np.array([LABEL_INDEX[example.label] for example in examples])


def figures(chances: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Accuracy, macro-F1, sign accuracy (all, and the surest 80 %), and how often a claimed position is right."""
    guess = chances.argmax(1)
    signed = truth < 2
    distance = chances[signed, 0] - chances[signed, 1]
    right = (distance > 0) == (truth[signed] == 0)
    surest = np.argsort(-np.abs(distance))[: int(len(right) * SUREST_SHARE)]
    claimed = guess < 2
    return {
        "questions": float(len(truth)),
        "accuracy": float((guess == truth).mean()),
        "macro_f1": float(
            np.mean([f1(guess, truth, index) for index in range(len(LABELS)) if (truth == index).any()])
        ),
        "sign": _share(right),
        "sign_surest": _share(right[surest]),
        "claimed_right": _share(guess[claimed] == truth[claimed]),
        "positions_found": _share(guess[signed] == truth[signed]),
        "calibration_error": calibration_error(chances, truth),
    }


def _share(hits: np.ndarray) -> float:
    return float(hits.mean()) if len(hits) else float("nan")


def f1(guess: np.ndarray, truth: np.ndarray, index: int) -> float:
    """F1 of one label."""
    hits = ((guess == index) & (truth == index)).sum()
    return float(2 * hits / max(1, (guess == index).sum() + (truth == index).sum()))


def confusion(chances: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Counts, truth by row and answer by column, in the order of LABELS."""
    table = np.zeros((len(LABELS), len(LABELS)), dtype=int)
    np.add.at(table, (truth, chances.argmax(1)), 1)
    return table


def calibration_bins(
    chances: np.ndarray, truth: np.ndarray, bins: int = 10
) -> list[tuple[int, float, float]]:
    """Bins of equal size: count, mean confidence, share right."""
    sure, right = chances.max(1), chances.argmax(1) == truth
    parts = np.array_split(np.argsort(sure), bins)
    return [(len(part), float(sure[part].mean()), float(right[part].mean())) for part in parts if len(part)]


def calibration_error(chances: np.ndarray, truth: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error over bins of equal size."""
    found = calibration_bins(chances, truth, bins)
    return sum(count * abs(sure - right) for count, sure, right in found) / max(1, len(truth))
