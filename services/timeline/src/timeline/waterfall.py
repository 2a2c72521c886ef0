"""Why a change was announced: evidence in bits, from where the odds stood to where they ended. Pure layout."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from stancewatch_schemas.models import Evidence, StanceChange

# Certainty has no finite odds; the reader never claims more than this.
CLOSEST_TO_CERTAIN = 1e-6


@dataclass(frozen=True)
class Step:
    """One bar. Bits are signed, for the new position against the old; ``left`` and ``width`` are per cent."""

    kind: str
    bits: float
    odds_bits: float
    left: float
    width: float
    evidence: Evidence | None = None


@dataclass(frozen=True)
class Waterfall:
    """The bars in order; ``zero`` is where even odds lie, in per cent of the width."""

    steps: tuple[Step, ...]
    zero: float
    shown: int


def odds_in_bits(probability: float) -> float:
    """log2 of the odds of a probability."""
    bounded = min(max(probability, CLOSEST_TO_CERTAIN), 1 - CLOSEST_TO_CERTAIN)
    return math.log2(bounded / (1 - bounded))


def make_waterfall(change: StanceChange) -> Waterfall:
    """Start, one step per statement, end.

    The start is what the end leaves when the evidence is taken away: how much the reader expected the old
    position to last, and how it weighs the third stance. So the bars always add up to the confidence.
    """
    end = odds_in_bits(change.confidence)
    pieces = list(change.evidence)
    start = end - sum(piece.bits for piece in pieces)
    levels = [start]
    for piece in pieces:
        levels.append(levels[-1] + piece.bits)
    scale = _Scale([0.0, *levels])
    steps = [Step("start", start, start, *scale.bar(0.0, start))]
    for before, piece in zip(levels, pieces, strict=False):
        after = before + piece.bits
        kind = "copy" if piece.copy_of else "for" if piece.bits >= 0 else "against"
        steps.append(Step(kind, piece.bits, after, *scale.bar(before, after), piece))
    steps.append(Step("end", end, end, *scale.bar(0.0, end)))
    return Waterfall(tuple(steps), scale.place(0.0), len(pieces))


class _Scale:
    def __init__(self, values: Sequence[float]) -> None:
        low, high = min(values), max(values)
        margin = max((high - low) * 0.02, 0.1)
        self._low, self._span = low - margin, (high - low) + 2 * margin

    def place(self, bits: float) -> float:
        return round(100 * (bits - self._low) / self._span, 2)

    def bar(self, start: float, end: float) -> tuple[float, float]:
        left, right = sorted((self.place(start), self.place(end)))
        return left, round(max(right - left, 0.4), 2)
