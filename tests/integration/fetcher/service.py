"""A fetcher as its own process, and a reader of what it sends."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import ClassVar

from stancewatch_schemas.codec import decode
from stancewatch_schemas.models import Article
from stancewatch_shared.kafka import make_consumer

# A busy machine is slow; what is tested is that it happens.
DEADLINE_SECONDS = 60


class Service:
    """`stancewatch-fetcher` on the given sources.yaml; its log lies in `log`. Ends with its test at the latest."""

    running: ClassVar[list[Service]] = []

    def __init__(self, folder: Path, name: str, kafka_environment: dict[str, str]) -> None:
        self.log = folder / f"{name}.log"
        environment = {
            **os.environ,
            **kafka_environment,
            "STANCEWATCH_SOURCES": str(folder / "sources.yaml"),
            "STANCEWATCH_HTTP_PORT": "0",
            "STANCEWATCH_HOST_GAP_SECONDS": "0",
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([sys.executable, "-m", "fetcher"], env=environment, stderr=log)
        Service.running.append(self)

    def events(self, name: str) -> list[dict]:
        lines = self.log.read_text().splitlines()
        found = []
        for line in lines:
            with contextlib.suppress(ValueError):
                found.append(json.loads(line))
        return [event for event in found if event.get("event") == name]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=15)

    @classmethod
    def end_all(cls) -> None:
        """Leave nothing behind, also when a test has failed."""
        for service in cls.running:
            service.kill()
        cls.running.clear()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(timeout=15)


def wait_for(condition, what: str, seconds: float = DEADLINE_SECONDS) -> None:
    """Poll until `condition()` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen in {seconds:g} s"
        time.sleep(0.1)


def read_articles(kafka, count: int) -> list[Article]:
    """All articles on the topic, once there are at least `count`."""
    consumer = make_consumer(kafka, ["articles"], None)
    found: list[Article] = []
    deadline = time.monotonic() + DEADLINE_SECONDS
    try:
        while len(found) < count and time.monotonic() < deadline:
            found += [decode(Article, r.value) for rs in consumer.poll(timeout_ms=500).values() for r in rs]
        # One more look: more than expected would be a fault too.
        found += [decode(Article, r.value) for rs in consumer.poll(timeout_ms=1000).values() for r in rs]
    finally:
        consumer.close()
    return found
