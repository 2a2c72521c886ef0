"""When to try again, and when too much is wrong: two small policies as values."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True)
class Backoff:
    """Waits double from ``first_seconds`` to ``longest_seconds``, until ``give_up_after_seconds``."""

    first_seconds: float = 0.5
    longest_seconds: float = 30.0
    give_up_after_seconds: float = 300.0

    def delay_seconds(self, attempt: int, asked_seconds: float | None = None) -> float:
        """The wait after failed ``attempt`` (from 1); what the other side asked for wins."""
        if asked_seconds is not None:
            return max(0.0, asked_seconds)
        return min(self.longest_seconds, self.first_seconds * 2.0 ** min(attempt - 1, 30))


class InvalidLimit:
    """Tells a bad record from a bad deploy: if most of the last records are invalid, the fault is ours."""

    def __init__(self, largest_share: float = 0.5, window: int = 100, at_least: int = 50) -> None:
        self.largest_share = largest_share
        self.at_least = at_least
        self._outcomes: deque[bool] = deque(maxlen=window)

    def note(self, is_invalid: bool) -> bool:
        """Remember an outcome; True when the limit is passed and the consumer should stop on purpose."""
        self._outcomes.append(is_invalid)
        share = sum(self._outcomes) / len(self._outcomes)
        return len(self._outcomes) >= self.at_least and share > self.largest_share
