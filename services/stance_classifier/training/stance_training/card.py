"""The figures part of the model card: confusion, calibration and failures of a model folder on a split.

The test split is for the end: score it once, and not to choose between models.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from stance_classifier.model.base import LABELS, StanceAnswer
from stance_classifier.model.bundled import BundledModel

from stance_training import measure
from stance_training.corpus import CORPUS
from stance_training.dev_sets import dev_sets, sampled
from stance_training.examples import Example

BOOTSTRAPS = 1000
SHOWN_FAILURES = 12
SHOWN_CHARACTERS = 200


def main() -> None:
    """Prints Markdown."""
    parser = argparse.ArgumentParser(
        prog="python -m stance_training.card",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--split", default="dev", choices=["dev", "test"])
    parser.add_argument("--limit", type=int, help="questions of a kind, to try the machinery out")
    arguments = parser.parse_args()
    model = BundledModel(arguments.model)
    print(f"Model {model.name} {model.version}, split `{arguments.split}`\n")
    sets = sampled(dev_sets(arguments.corpus, arguments.split), arguments.limit or sys.maxsize)
    everything: list[tuple[Example, StanceAnswer]] = []
    print(
        "| kind | questions | macro-F1 (95 %) | accuracy | sign | abstained | claimed right | found | ECE |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for kind, examples in sets.items():
        if examples:
            answered = list(zip(examples, model.judge([e.question for e in examples]), strict=True))
            print(_row(kind, answered))
            everything += answered
    print(_row("all", everything))
    chances, truth = _arrays(everything)
    print("\n| truth \\ answer | " + " | ".join(LABELS) + " |\n|---|---|---|---|---|")
    for label, counts in zip(LABELS, measure.confusion(chances, truth), strict=True):
        print(f"| {label} | " + " | ".join(str(count) for count in counts) + " |")
    print("\n| sure of its answer | right | questions |\n|---|---|---|")
    for count, sure, right in measure.calibration_bins(chances, truth):
        print(f"| {sure:.2f} | {right:.2f} | {count} |")
    print("\nFailures it was surest of:\n")
    for line in _failures(everything):
        print(line)


def _arrays(answered: Sequence[tuple[Example, StanceAnswer]]) -> tuple[np.ndarray, np.ndarray]:
    chances = np.array([list(answer.probabilities.as_dict().values()) for _, answer in answered])
    return chances, measure.truth_of([example for example, _ in answered])


def _row(kind: str, answered: Sequence[tuple[Example, StanceAnswer]]) -> str:
    chances, truth = _arrays(answered)
    found = measure.figures(chances, truth)
    kept = np.array([not answer.abstained for _, answer in answered])
    guess = chances.argmax(1)
    claimed = kept & (guess < 2)
    right = float((guess == truth)[claimed].mean()) if claimed.any() else float("nan")
    hits = float((claimed & (guess == truth))[truth < 2].mean())
    low, high = _interval(guess, truth)
    return (
        f"| {kind} | {len(truth)} | {found['macro_f1']:.3f} ({low:.2f}-{high:.2f}) | {found['accuracy']:.3f} "
        f"| {found['sign']:.3f} | {1 - kept.mean():.2f} | {right:.3f} | {hits:.2f} "
        f"| {found['calibration_error']:.3f} |"
    )


def _interval(guess: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    rng = np.random.default_rng(0)
    values = []
    for _ in range(BOOTSTRAPS):
        rows = rng.integers(0, len(truth), len(truth))
        values.append(np.mean([measure.f1(guess[rows], truth[rows], index) for index in range(len(LABELS))]))
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def _failures(answered: Sequence[tuple[Example, StanceAnswer]]) -> list[str]:
    wrong = [(e, a) for e, a in answered if not a.abstained and a.stance != e.label]
    wrong.sort(key=lambda one: (-max(one[1].probabilities.as_dict().values()), _key(one[0])))
    return [
        f"- {e.actor} / {e.proposition} / “{e.text[:SHOWN_CHARACTERS]}”: {e.label}, answered {a.stance}"
        f" at {a.probabilities.as_dict()[a.stance]:.2f} ({e.how})"
        for e, a in wrong[:SHOWN_FAILURES]
    ]


def _key(example: Example) -> str:
    return hashlib.sha256(example.text.encode()).hexdigest()


if __name__ == "__main__":
    main()
