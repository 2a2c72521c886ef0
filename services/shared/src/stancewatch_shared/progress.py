"""Progress for long work: a bar where a person watches, a line now and then where a log does."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

import structlog

from stancewatch_shared.logs import get_logger

T = TypeVar("T")

SECONDS_BETWEEN_LINES = 10.0


def progress(iterable: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
    """Yield the items of ``iterable`` and show how far it is, on stderr only.

    ``total`` is the number of items, where known (a length is found by itself).
    """
    if total is None and isinstance(iterable, Sized):
        total = len(iterable)
    if sys.stderr.isatty():
        yield from _bar(iterable, label, total)
    else:
        yield from _lines(iterable, label, total)


def _bar(iterable: Iterable[T], label: str, total: int | None) -> Iterator[T]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield from bar.track(iterable, description=label, total=total)


def _lines(iterable: Iterable[T], label: str, total: int | None) -> Iterator[T]:
    last = time.monotonic()
    for done, item in enumerate(iterable, start=1):
        yield item
        if time.monotonic() - last >= SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            if structlog.is_configured():
                get_logger().info("progress", label=label, done=done, total=total)
            else:
                sys.stderr.write(f"{label}: {done}{'' if total is None else f' of {total}'}\n")
