"""Parsing under a deadline: jobs go to worker processes, and one that takes too long is killed."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from fetcher.outcomes import Refusal, Refused
from fetcher.parse_worker import MEMORY_VARIABLE, read_frame, write_frame

D = TypeVar("D", bound=BaseModel)


class Parse(Protocol):
    """Parse `body` as `model` by the job named in `head`; a refusal is a value."""

    def __call__(self, model: type[D], head: dict[str, Any], body: bytes) -> D | Refused: ...


@dataclass(frozen=True)
class ParseLimits:
    """What parsing one document may cost."""

    # Processor time: on a busy machine an honest document may wait, and must not be refused for that.
    seconds: float = 4.0
    wall_seconds: float = 30.0
    memory_bytes: int = 1_500_000_000
    # Parsers leak: a worker is replaced after so many documents.
    documents_per_worker: int = 2_000


class _Worker:
    def __init__(self, limits: ParseLimits) -> None:
        self.served = 0
        self._limits = limits
        environment = {**os.environ, MEMORY_VARIABLE: str(limits.memory_bytes)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "fetcher.parse_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            # Ctrl-C at the terminal is for the fetcher, which then ends its workers in order.
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def ask(self, head: dict[str, Any], body: bytes, wall_seconds: float) -> tuple[bytes | None, bool]:
        """The reply and False; None and whether a deadline passed if there is none."""
        late = threading.Event()

        def kill() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(wall_seconds, kill)
        timer.daemon = True
        timer.start()
        try:
            write_frame(
                self._process.stdin, json.dumps({"cpu_seconds": self._limits.seconds, **head}).encode()
            )
            write_frame(self._process.stdin, body)
            self._process.stdin.flush()  # type: ignore[union-attr]
            reply = read_frame(self._process.stdout)
        except OSError:
            reply = None
        finally:
            timer.cancel()
        self.served += 1
        return reply, late.is_set() or (reply is None and self._was_stopped_by_its_timer())

    def _was_stopped_by_its_timer(self) -> bool:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(timeout=2) == -signal.SIGPROF
        return False

    def end(self) -> None:
        """End the process and close its pipes."""
        self._process.kill()
        with contextlib.suppress(OSError):
            self._process.communicate()


class ParsePool:
    """A fixed number of parser processes, started on first use. Safe to call from several threads."""

    def __init__(self, workers: int = 1, limits: ParseLimits | None = None) -> None:
        self._limits = limits or ParseLimits()
        self._idle: queue.Queue[_Worker | None] = queue.Queue()
        for _ in range(workers):
            self._idle.put(None)
        self._count = workers
        self._alive: set[_Worker] = set()

    def __call__(self, model: type[D], head: dict[str, Any], body: bytes) -> D | Refused:
        worker = self._idle.get()
        try:
            if worker is None:
                worker = self._started()
            reply, is_late = worker.ask(head, body, self._limits.wall_seconds)
            if reply is None or worker.served >= self._limits.documents_per_worker:
                self._end(worker)
                worker = None
        finally:
            self._idle.put(worker)
        if reply is None:
            return _no_reply(is_late, self._limits.seconds, len(body))
        return _checked(model, reply)

    def close(self) -> None:
        """End all workers; waits for jobs in hand (which have deadlines)."""
        for _ in range(self._count):
            worker = self._idle.get()
            if worker is not None:
                self._end(worker)

    def warm_up(self) -> None:
        """Start a worker now rather than for the first document."""
        worker = self._idle.get()
        self._idle.put(worker or self._started())

    def pids(self) -> list[int]:
        """Process ids of the living workers."""
        return [worker.pid for worker in list(self._alive)]

    def _end(self, worker: _Worker) -> None:
        self._alive.discard(worker)
        worker.end()

    def _started(self) -> _Worker:
        worker = _Worker(self._limits)
        self._alive.add(worker)
        # Imports take longer than a document: they must not count against its deadline.
        worker.ask({"job": "warm-up", "cpu_seconds": 60.0}, b"", 180.0)
        return worker


def _no_reply(is_late: bool, seconds: float, size: int) -> Refused:
    if is_late:
        return Refused(
            Refusal.PARSER_DEADLINE, f"parsing {size} bytes took more than {seconds:g} s of processor time"
        )
    return Refused(Refusal.PARSER_CRASH, f"the parser died on a document of {size} bytes")


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
