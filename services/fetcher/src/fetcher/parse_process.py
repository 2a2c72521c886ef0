"""One parser process: started and warmed up before it is given a document, and killed when one takes too long."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stancewatch_shared.errors import UserError

from fetcher.outcomes import Refusal, Refused
from fetcher.parse_worker import MEMORY_VARIABLE, READY, read_frame, write_frame

# Imports and a first look at each kind of document, on a machine that has much else to do.
START_SECONDS = 180.0


@dataclass(frozen=True)
class ParseLimits:
    """What parsing one document may cost."""

    # Processor time: on a busy machine an honest document may wait, and must not be refused for that.
    seconds: float = 4.0
    # For what neither ends nor computes; time spent waiting for a processor is not counted here either.
    wall_seconds: float = 30.0
    memory_bytes: int = 1_500_000_000
    # Parsers leak: a worker is replaced after so many documents.
    documents_per_worker: int = 2_000


class ParseProcess:
    """A parser that is ready. One document at a time."""

    def __init__(self, limits: ParseLimits) -> None:
        self.served = 0
        self._limits = limits
        self._is_late = False
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
        with self._deadline(START_SECONDS):
            is_ready = read_frame(self._process.stdout) == READY
        if not is_ready:
            self.end()
            raise UserError(
                f"the parser process ended while it started (exit code {self._process.returncode}): give it more"
                f" memory (STANCEWATCH_PARSE_MEMORY_BYTES is {limits.memory_bytes}), or look for what else ends it"
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it can be given a document."""
        return self._process.poll() is None

    def why_it_died(self, size: int) -> Refused:
        """The refusal of the document, of `size` bytes, that it died of."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=2)
        limits = self._limits
        if self._is_late:
            detail = f"parsing {size} bytes did not end in {limits.wall_seconds:g} s"
            return Refused(Refusal.PARSER_DEADLINE, detail)
        if self._process.returncode == -signal.SIGPROF:
            detail = f"parsing {size} bytes took more than {limits.seconds:g} s of processor time"
            return Refused(Refusal.PARSER_DEADLINE, detail)
        return Refused(Refusal.PARSER_CRASH, f"the parser died on a document of {size} bytes")

    def ask(self, head: dict[str, Any], body: bytes) -> bytes | None:
        """The reply; None if the process died of the document (see why_it_died)."""
        request = json.dumps({"cpu_seconds": self._limits.seconds, **head}).encode()
        self.served += 1
        with self._deadline(self._limits.wall_seconds), contextlib.suppress(OSError):
            write_frame(self._process.stdin, request)
            write_frame(self._process.stdin, body)
            self._process.stdin.flush()  # type: ignore[union-attr]
            return read_frame(self._process.stdout)
        return None

    def end(self) -> None:
        """End the process and close its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            # What was not written yet has no reader any more.
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]

    @contextlib.contextmanager
    def _deadline(self, seconds: float) -> Any:
        done = threading.Event()
        watch = threading.Thread(target=self._kill_when_late, args=(seconds, done), daemon=True)
        watch.start()
        try:
            yield
        finally:
            done.set()
            watch.join()

    def _kill_when_late(self, seconds: float, done: threading.Event) -> None:
        began, waited_before = time.monotonic(), waited_seconds(self.pid)
        remaining = seconds
        while not done.wait(remaining):
            waited = waited_seconds(self.pid) - waited_before
            remaining = began + seconds + waited - time.monotonic()
            if remaining <= 0:
                self._is_late = True
                self._process.kill()
                return


def waited_seconds(pid: int) -> float:
    """How long a process has waited for a processor so far; 0 where the system does not tell."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
