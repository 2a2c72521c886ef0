"""The stance model alone, asked about whole passages of unseen issues: confusion, macro-F1, calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stance_classifier.model.base import LABELS, StanceModel, StanceQuestion

BINS = 10


@dataclass(frozen=True)
class Judgement:
    """One question with its true label and the model's answer."""

    issue: str
    truth: str
    answer: str
    confidence: float
    abstained: bool


def judge_passages(passages: Sequence[dict[str, Any]], model: StanceModel) -> list[Judgement]:
    """Asks about every actor with one present label in every passage."""
    asked = []
    for passage in passages:
        for actor in {a["actor"] for a in passage["actors"]}:
            labels = {a["label"] for a in passage["actors"] if a["actor"] == actor and a["time"] == "now"}
            if len(labels) == 1:
                asked.append((passage, actor, labels.pop()))
    asked.sort(key=lambda one: (one[0]["id"], one[1]))
    answers = model.judge([StanceQuestion(actor, p["proposition"], p["text"]) for p, actor, _ in asked])
    return [
        Judgement(
            p["issue"], truth, answer.stance, max(answer.probabilities.as_dict().values()), answer.abstained
        )
        for (p, _, truth), answer in zip(asked, answers, strict=True)
    ]


def macro_f1(judgements: Sequence[Judgement]) -> float:
    """Mean of the four classes' F1."""
    return sum(class_f1(judgements, label) for label in LABELS) / len(LABELS)


def class_f1(judgements: Sequence[Judgement], label: str) -> float:
    """F1 of one class."""
    hit = sum(j.truth == label == j.answer for j in judgements)
    said, true = sum(j.answer == label for j in judgements), sum(j.truth == label for j in judgements)
    return 2 * hit / (said + true) if said + true else 0.0


def sign_accuracy(judgements: Sequence[Judgement]) -> float:
    """Of those that are and were called support or oppose: the share with the right sign."""
    poles = [j for j in judgements if {j.truth, j.answer} <= {"support", "oppose"}]
    return sum(j.truth == j.answer for j in poles) / len(poles) if poles else 0.0


def calibration_error(judgements: Sequence[Judgement]) -> float:
    """Expected calibration error over ten bins of the answered questions (Naeini et al. 2015)."""
    answered = [j for j in judgements if not j.abstained]
    total = 0.0
    for number in range(BINS):
        inside = [j for j in answered if number / BINS < j.confidence <= (number + 1) / BINS]
        if inside:
            right = sum(j.truth == j.answer for j in inside) / len(inside)
            total += abs(right - sum(j.confidence for j in inside) / len(inside)) * len(inside)
    return total / max(1, len(answered))


def confusion(judgements: Sequence[Judgement]) -> str:
    """Rows: truth; columns: answer."""
    lines = ["truth \\ answer" + "".join(f"{label:>9}" for label in LABELS)]
    for truth in LABELS:
        counts = [sum(j.truth == truth and j.answer == answer for j in judgements) for answer in LABELS]
        lines.append(f"{truth:<14}" + "".join(f"{count:>9}" for count in counts))
    return "\n".join(lines)


def by_issue(judgements: Sequence[Judgement]) -> list[list[Judgement]]:
    """Groups for the bootstrap."""
    groups: dict[str, list[Judgement]] = {}
    for judgement in judgements:
        groups.setdefault(judgement.issue, []).append(judgement)
    return list(groups.values())
