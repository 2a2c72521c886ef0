"""Parsing under a deadline: jobs go to worker processes, and one that takes too long is killed."""

from __future__ import annotations

import json
import queue
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from fetcher.outcomes import Refusal, Refused
from fetcher.parse_process import ParseLimits, ParseProcess

D = TypeVar("D", bound=BaseModel)


class Parse(Protocol):
    """Parse `body` as `model` by the job named in `head`; a refusal is a value."""

    def __call__(self, model: type[D], head: dict[str, Any], body: bytes) -> D | Refused: ...


class ParsePool:
    """A fixed number of parser processes, started on first use. Safe to call from several threads."""

    def __init__(self, workers: int = 1, limits: ParseLimits | None = None) -> None:
        self._limits = limits or ParseLimits()
        self._idle: queue.Queue[ParseProcess | None] = queue.Queue()
        for _ in range(workers):
            self._idle.put(None)
        self._count = workers
        self._alive: set[ParseProcess] = set()

    def __call__(self, model: type[D], head: dict[str, Any], body: bytes) -> D | Refused:
        worker = self._idle.get()
        try:
            worker = self._ready(worker)
            reply = worker.ask(head, body)
            result = worker.why_it_died(len(body)) if reply is None else _checked(model, reply)
            if worker.served >= self._limits.documents_per_worker or _has_suffered(result):
                self._end(worker)
                worker = None
        finally:
            self._idle.put(worker)
        return result

    def close(self) -> None:
        """End all workers; waits for jobs in hand (which have deadlines)."""
        for _ in range(self._count):
            worker = self._idle.get()
            if worker is not None:
                self._end(worker)

    def warm_up(self) -> None:
        """Start a worker now rather than for the first document. UserError when none can be started."""
        worker = self._idle.get()
        try:
            worker = self._ready(worker)
        finally:
            self._idle.put(worker)

    def pids(self) -> list[int]:
        """Process ids of the living workers."""
        return [worker.pid for worker in list(self._alive)]

    def _end(self, worker: ParseProcess) -> None:
        self._alive.discard(worker)
        worker.end()

    def _ready(self, worker: ParseProcess | None) -> ParseProcess:
        """`worker`, or a new one if there is none or something ended it while it was idle."""
        if worker is not None and worker.is_alive:
            return worker
        if worker is not None:
            self._end(worker)
        started = ParseProcess(self._limits)
        self._alive.add(started)
        return started


def _has_suffered(result: object) -> bool:
    """Whether the process is gone, or ran out of memory and would refuse the next document for this one's sake."""
    return isinstance(result, Refused) and result.reason in (Refusal.PARSER_DEADLINE, Refusal.PARSER_CRASH)


def _checked(model: type[D], reply: bytes) -> D | Refused:
    answer = json.loads(reply)
    if "refused" in answer:
        return Refused(Refusal(answer["refused"]), str(answer["detail"])[:500])
    try:
        return model.model_validate(answer["document"])
    except ValidationError as error:
        return Refused(
            Refusal.NOT_PARSEABLE, f"the parser's reply breaks its own rules: {error.errors()[0]['msg']}"
        )
