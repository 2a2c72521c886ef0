"""The kinds of failure, and the fate of each.

UserError   what a person wrote is wrong: printed as ``error: file:line: reason``, exit 2, no traceback
Invalid     this record can never be processed: it becomes a dead letter, the next record goes on
Transient   it may work later: retried with back-off, nothing is committed meanwhile
any other   a bug or a broken environment: the process ends without committing, its supervisor restarts it
"""

from __future__ import annotations

from pathlib import Path


class UserError(Exception):
    """Something the user can put right. ``reason`` says what to change; ``line`` counts from 1."""

    def __init__(self, reason: str, file: str | Path | None = None, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.file = None if file is None else str(file)
        self.line = line

    def __str__(self) -> str:
        place = "" if self.file is None else f"{self.file}: "
        if self.file is not None and self.line is not None:
            place = f"{self.file}:{self.line}: "
        return f"{place}{self.reason}"


class Invalid(Exception):  # noqa: N818 - named by its fate, as in "the record is invalid"
    """The record can never be processed. ``reason`` must not hold article text or secrets."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Transient(Exception):  # noqa: N818
    """Worth another try. ``retry_after_seconds`` is what the other side asked for, when it did."""

    def __init__(self, reason: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after_seconds = retry_after_seconds
