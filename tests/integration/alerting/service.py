"""The alerting service as a process of its own, on this test's topics and a local Slack."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from stancewatch_schemas.codec import decode
from stancewatch_schemas.models import DeadLetter, SentAlert, StanceChange
from stancewatch_shared.compacted import read_compacted
from stancewatch_shared.connect import make_producer
from stancewatch_shared.produce import send
from stancewatch_shared.read_topic import read_values
from stancewatch_shared.settings import KafkaSettings

# A busy machine makes everything slow, but a service that is alive goes on: it fails when nothing has happened for
# this long (no line in a log, nothing new to what is waited for).
STALL_SECONDS = 45.0
# What SIGTERM may take, on any machine: the service keeps this time itself (stancewatch_shared.ending).
STOP_SECONDS = 10
CHANNEL = "C0DESK"
REPOSITORY = Path(__file__).resolve().parents[3]
_logs: list[Path] = []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """``kill`` is kill -9; ``stop`` is SIGTERM and returns the exit code."""

    def __init__(
        self, environment: dict[str, str], log: Path, module: tuple[str, ...] = ("alerting",)
    ) -> None:
        self.port, self.public_port = free_port(), free_port()
        self.log = log
        _logs.append(log)
        self._command = [sys.executable, "-m", *module]
        self.public_url = f"http://127.0.0.1:{self.public_port}"
        self._environment = {
            "PATH": os.environ["PATH"],
            "STANCEWATCH_HTTP_PORT": str(self.port),
            "STANCEWATCH_ALERTING_PUBLIC_PORT": str(self.public_port),
            "STANCEWATCH_ALERTING_PUBLIC_URL": self.public_url,
            "STANCEWATCH_TIMELINE_URL": "https://timeline.example",
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, wait: bool = True) -> Service:
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                self._command, env=self._environment, cwd=REPOSITORY, stdout=out, stderr=out
            )
        if wait:
            wait_for(self.is_ready)
        return self

    def is_dead(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def is_ready(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"it ended with {self._process.returncode}: {self.log.read_text()[-3000:]}")
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def metrics(self) -> str:
        with urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as answer:
            return str(answer.read().decode())

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)

    def stop(self) -> int:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(STOP_SECONDS)

    def end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)


@contextmanager
def running(environment: dict[str, str], log: Path) -> Iterator[Service]:
    service = Service(environment, log)
    try:
        yield service.start()
    finally:
        service.end()


def wait_for(what: Callable[[], object]) -> None:
    """Poll until ``what()`` is true; give up when no service has written a line for STALL_SECONDS."""
    seen, since = -1, time.monotonic()
    while not what():
        written = sum(log.stat().st_size for log in _logs if log.exists())
        if written != seen:
            seen, since = written, time.monotonic()
        if time.monotonic() - since > STALL_SECONDS:
            tails = "\n".join(f"{log}:\n{log.read_text()[-3000:]}" for log in _logs if log.exists())
            raise AssertionError(f"nothing has happened for {STALL_SECONDS:.0f} s: {tails}")
        time.sleep(0.1)


def publish(kafka: KafkaSettings, *changes: StanceChange, raw: bytes | None = None) -> None:
    """Put changes on the topic, as the classifier does."""
    producer = make_producer(kafka)
    try:
        for each in changes:
            send(producer, "stance-changes", each, f"{each.actor.id}|{each.issue.id}")
        if raw is not None:
            producer.send(kafka.topic("stance-changes"), value=raw, key=b"ilse|ferry")
        producer.flush()
    finally:
        producer.close()


def inbox(url: str) -> list[dict[str, object]]:
    with urlopen(f"{url}/inbox.json", timeout=5) as answer:
        found: list[dict[str, object]] = json.load(answer)
        return found


def ledger_of(kafka: KafkaSettings, alert_id: str, role: str) -> list[str]:
    """States of an alert's deliveries of one role, in order."""
    value = read_compacted(kafka, "sent-alerts").get(alert_id.encode())
    if value is None:
        return []
    return [each.state for each in decode(SentAlert, value).deliveries if each.role == role]


def dead_letters(kafka: KafkaSettings) -> list[DeadLetter]:
    """All dead letters of stance-changes."""
    return [decode(DeadLetter, value) for value in read_values("stance-changes-dlq", settings=kafka)]


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """A process that neither answers nor closes its connections."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
