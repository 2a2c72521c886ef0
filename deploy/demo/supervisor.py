"""Keeps a few processes running: each in its own process group, restarted when it broke, all gone at the end."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

EXIT_USER = 2
LONGEST_STOP_SECONDS = 12.0  # a service drains within 10
RESTARTS_BEFORE_GIVING_UP = 5
SECONDS_THAT_COUNT_AS_STABLE = 30.0


class ServiceFailed(Exception):  # noqa: N818 - said of a service
    """A service cannot run; the message says why, in its own words."""


@dataclass
class Service:
    """One process: what to run, and where it answers (None: it has no health port)."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    health_port: int | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    started_at: float = 0.0
    restarts: int = 0


class Supervisor:
    """Runs services with their output in ``log_folder``. Call watch() often; it restarts what broke."""

    def __init__(
        self, log_folder: Path, say: Callable[[str], None], environment: Mapping[str, str] | None = None
    ) -> None:
        self.log_folder = log_folder
        self.environment = os.environ if environment is None else environment
        self.say = say
        self.services: list[Service] = []

    def start(self, service: Service) -> None:
        """Start it and remember it."""
        self.log_folder.mkdir(parents=True, exist_ok=True)
        self.services.append(service)
        self._spawn(service)

    def watch(self) -> None:
        """Restart what broke. Raises ServiceFailed for what restarting cannot mend."""
        for service in self.services:
            code = None if service.process is None else service.process.poll()
            if code is None:
                continue
            if code == EXIT_USER or service.restarts >= RESTARTS_BEFORE_GIVING_UP:
                raise ServiceFailed(f"{service.name} ended with {code}:\n{self.last_words(service)}")
            if time.monotonic() - service.started_at > SECONDS_THAT_COUNT_AS_STABLE:
                service.restarts = 0
            service.restarts += 1
            self.say(f"{service.name} ended with {code}; starting it again")
            self._spawn(service)

    def stop(self) -> None:
        """SIGTERM to all, then SIGKILL to every process left in their groups."""
        running = [service.process for service in self.services if service.process is not None]
        for process in running:
            _signal_group(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + LONGEST_STOP_SECONDS
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
        for process in running:
            _signal_group(process.pid, signal.SIGKILL)  # helpers that outlived their parent, too
            process.wait()
        self.services.clear()

    def last_words(self, service: Service, lines: int = 8) -> str:
        """The end of its log."""
        path = self.log_folder / f"{service.name}.log"
        text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def _spawn(self, service: Service) -> None:
        service.started_at = time.monotonic()
        with (self.log_folder / f"{service.name}.log").open("ab") as log:
            service.process = subprocess.Popen(
                list(service.command),
                env={**self.environment, **service.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
            )


def _signal_group(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)  # the session's leader gave its number to the group


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG: also when we are killed outright
