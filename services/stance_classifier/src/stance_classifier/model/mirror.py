"""One answer from two: the model's on the proposition and its on the opposite, turned.

A reader that understands the proposition gives mirrored answers. Where the two point to opposite signs it
has read the words and not the question, and can't be believed: the answer abstains.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stance_classifier.model.base import LABELS, Probabilities, StanceAnswer

_FLOOR = 1e-6


@dataclass(frozen=True)
class Calibration:
    """How raw scores become chances, fitted on the development split with the very model that is shipped.

    `temperature` divides the logarithms of the mirrored chances, `bias` (in the order of LABELS) is added.
    `mirror_share` is the weight of the answer to the opposite proposition.
    `abstain_below` is the least chance of the best answer, `abstain_margin` the least distance between
    support and oppose where one of the two is the answer. The two offsets are added to the scores of the
    side questions.
    """

    temperature: float = 1.0
    bias: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    abstain_below: float = 0.0
    abstain_margin: float = 0.0
    mirror_share: float = 0.5
    conditional_bias: float = 0.0
    past_bias: float = 0.0

    def apply(self, probabilities: Probabilities) -> Probabilities:
        """Calibrated chances."""
        chances = probabilities.as_dict()
        scores = [
            math.log(max(chances[label], _FLOOR)) / self.temperature + offset
            for label, offset in zip(LABELS, self.bias, strict=True)
        ]
        return softmax(scores)


def read_calibration(fields: Mapping[str, Any]) -> Calibration:
    """From the `calibration` object of a `model.json`; what it leaves out keeps its default."""
    numbers = {name: value for name, value in fields.items() if name != "bias"}
    support, oppose, neutral, none = fields.get("bias", Calibration.bias)
    return Calibration(bias=(support, oppose, neutral, none), **numbers)


def softmax(scores: Sequence[float]) -> Probabilities:
    """Chances from four scores."""
    highest = max(scores)
    return Probabilities.of([math.exp(score - highest) for score in scores])


def sigmoid(score: float) -> float:
    """A chance from one score, safe at both ends."""
    if score >= 0:
        return 1.0 / (1.0 + math.exp(-score))
    return math.exp(score) / (1.0 + math.exp(score))


def mirror(asked: Sequence[float], opposite: Sequence[float], calibration: Calibration) -> StanceAnswer:
    """Joins six raw scores on the proposition with six on its opposite.

    The scores are support, oppose, neutral, none, conditional, past.
    """
    straight, turned = softmax(asked[:4]), softmax(opposite[:4]).turned()
    share = calibration.mirror_share
    pairs = zip(straight.as_dict().values(), turned.as_dict().values(), strict=True)
    mean = Probabilities.of([(1 - share) * a + share * b for a, b in pairs])
    calibrated = calibration.apply(mean)
    conditional = sigmoid((asked[4] + opposite[4]) / 2 + calibration.conditional_bias)
    past = sigmoid((asked[5] + opposite[5]) / 2 + calibration.past_bias)
    return _answer(calibrated, conditional, past, _why_abstain(straight, turned, calibrated, calibration))


def read_scores(scores: Sequence[float], calibration: Calibration) -> StanceAnswer:
    """An answer from the six raw scores of one question alone."""
    straight = softmax(scores[:4])
    calibrated = calibration.apply(straight)
    conditional = sigmoid(scores[4] + calibration.conditional_bias)
    past = sigmoid(scores[5] + calibration.past_bias)
    return _answer(calibrated, conditional, past, _why_abstain(straight, straight, calibrated, calibration))


def _answer(calibrated: Probabilities, conditional: float, past: float, reason: str | None) -> StanceAnswer:
    """Flattened between support and oppose where the model abstains."""
    if reason is not None:
        half = (calibrated.support + calibrated.oppose) / 2
        calibrated = Probabilities.of([half, half, calibrated.neutral, calibrated.none])
    return StanceAnswer(calibrated, conditional, past, abstained=reason is not None, note=reason)


def _why_abstain(
    straight: Probabilities, turned: Probabilities, calibrated: Probabilities, calibration: Calibration
) -> str | None:
    best = calibrated.best
    if best in ("support", "oppose"):
        if {straight.best, turned.best} == {"support", "oppose"}:
            return "the answers to the proposition and to its opposite contradict each other"
        if abs(calibrated.support - calibrated.oppose) < calibration.abstain_margin:
            return "support and oppose are too close"
    if calibrated.as_dict()[best] < calibration.abstain_below:
        return "no answer is likely enough"
    return None
