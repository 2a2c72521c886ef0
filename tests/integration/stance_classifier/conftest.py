"""Classifier processes, articles for them, and what they write."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from kafka import TopicPartition
from stancewatch_schemas.codec import decode
from stancewatch_schemas.models import Article, StanceChange, Statement
from stancewatch_shared.kafka import make_consumer, make_producer, send, send_bytes
from stancewatch_shared.settings import KafkaSettings

from tests.integration.kafka_broker import REPOSITORY

START = datetime(2031, 1, 1, tzinfo=UTC)
WATCHLIST = """
actors:
  - {id: ada, name: Ada Kern}
issues:
  - {id: bridge, name: Bridge, proposition: The bridge should be built.}
"""
GROUP = "stance-classifier"


@dataclass
class Worker:
    """One classifier process."""

    process: subprocess.Popen[bytes]
    log: Path
    port_file: None = None
    ended: bool = field(default=False)

    def port(self) -> int | None:
        for line in self.log.read_text().splitlines():
            with contextlib.suppress(ValueError):
                entry = json.loads(line)
                if entry.get("event") == "starting":
                    return int(entry["http_port"])
        return None

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port()}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()[-4000:]
        if self.port() is None:
            return False
        with contextlib.suppress(OSError):
            return self.get("/readyz")[0] == 200
        return False

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def terminate(self) -> float:
        """Seconds from SIGTERM to the end; its exit code must be 0."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(15) == 0, self.log.read_text()[-4000:]
        return time.monotonic() - began


# How long nothing at all may move. A busy machine is slow, and what is tested is that things happen, not how fast.
PATIENCE_SECONDS = 120.0


def wait_until(
    condition: Callable[[], bool],
    seconds: float = PATIENCE_SECONDS,
    message: str = "",
    moving: Callable[[], object] = lambda: None,
) -> None:
    """Until `condition()` holds; fails when `moving()` has not changed for so many seconds."""
    seen, until = moving(), time.monotonic() + seconds
    while not condition():
        if (now := moving()) != seen:
            seen, until = now, time.monotonic() + seconds
        assert time.monotonic() < until, f"nothing has moved for {seconds:.0f} s: {message} {seen or ''}"
        time.sleep(0.2)


@pytest.fixture
def watchlist_path(tmp_path: Path) -> Path:
    path = tmp_path / "config" / "watchlist.yaml"
    path.parent.mkdir()
    path.write_text(WATCHLIST)
    return path


@pytest.fixture
def start_worker(
    kafka_environment: dict[str, str], watchlist_path: Path, tmp_path: Path
) -> Iterator[Callable[..., Worker]]:
    started: list[Worker] = []

    def start(ready: bool = True, **environment: str) -> Worker:
        number = len(started)
        log = tmp_path / f"worker-{number}.log"
        variables = {
            **os.environ,
            **kafka_environment,
            "STANCEWATCH_WATCHLIST": str(watchlist_path),
            "STANCEWATCH_HTTP_PORT": "0",
            "STANCEWATCH_DATA_DIR": str(tmp_path / f"data-{number}"),
            **environment,
        }
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.integration.stance_classifier.worker"],
                cwd=REPOSITORY,
                env=variables,
                stdout=output,
                stderr=output,
            )
        worker = Worker(process, log)
        started.append(worker)
        if ready:
            wait_until(worker.is_ready, message="the worker is ready")
        return worker

    yield start
    for worker in started:
        if worker.process.poll() is None:
            worker.kill()


@dataclass
class Topics:
    """Writes articles and reads what came of them."""

    kafka: KafkaSettings
    producer: Any
    written: int = 0

    def article(self, text: str, **fields: Any) -> Article:
        self.written += 1
        given: dict[str, Any] = {
            "id": f"post/{self.written}",
            "source": "Post",
            "url": f"https://post.example/{self.written}",
            "published_at": START + timedelta(hours=self.written),
            "title": "News",
            "text": text,
        }
        return Article(**given | fields)

    def publish(self, *articles: Article, trace: str | None = None) -> None:
        for article in articles:
            send(self.producer, "articles", article, article.id, trace)
        self.producer.flush()

    def publish_bytes(self, value: bytes | None, key: bytes | None = b"poison", headers: Any = None) -> None:
        send_bytes(self.producer, "articles", value, key, headers).get(30)

    def records(self, topic: str) -> list[Any]:
        """Every record of a topic, from its beginning to its present end."""
        consumer = make_consumer(self.kafka, [], None)
        try:
            name = self.kafka.topic(topic)
            places = [TopicPartition(name, each) for each in sorted(consumer.partitions_for_topic(name))]
            consumer.assign(places)
            consumer.seek_to_beginning(*places)
            ends = consumer.end_offsets(places)
            found: list[Any] = []
            while any(consumer.position(place) < ends[place] for place in places):
                for records in consumer.poll(timeout_ms=500).values():
                    found += records
            return found
        finally:
            consumer.close()

    def statements(self) -> list[Statement]:
        return [decode(Statement, record.value) for record in self.records("statements")]

    def changes(self) -> list[StanceChange]:
        return [decode(StanceChange, record.value) for record in self.records("stance-changes")]

    def end_offsets(self, topic: str) -> dict[int, int]:
        consumer = make_consumer(self.kafka, [], None)
        try:
            name = self.kafka.topic(topic)
            places = [TopicPartition(name, each) for each in sorted(consumer.partitions_for_topic(name))]
            return {place.partition: end for place, end in consumer.end_offsets(places).items()}
        finally:
            consumer.close()

    def committed(self, topic: str) -> dict[int, int]:
        """What the classifier has committed of a topic (0 where nothing)."""
        consumer = make_consumer(self.kafka, [], GROUP)
        try:
            name = self.kafka.topic(topic)
            places = [TopicPartition(name, each) for each in sorted(consumer.partitions_for_topic(name))]
            return {place.partition: consumer.committed(place) or 0 for place in places}
        finally:
            consumer.close()

    def is_finished(self) -> bool:
        """Every article and every statement is committed."""
        return all(self.committed(topic) == self.end_offsets(topic) for topic in ("articles", "statements"))

    def wait_until_finished(self) -> None:
        def moving() -> dict[str, dict[int, int]]:
            return {
                "committed articles": self.committed("articles"),
                "committed statements": self.committed("statements"),
                "written articles": self.end_offsets("articles"),
                "written statements": self.end_offsets("statements"),
            }

        wait_until(self.is_finished, message="not all is committed:", moving=moving)

    def wait_until_written(self, statements: int) -> None:
        def written() -> int:
            return sum(self.end_offsets("statements").values())

        wait_until(lambda: written() >= statements, message=f"{statements} statements, not", moving=written)


@pytest.fixture
def topics(kafka: KafkaSettings) -> Iterator[Topics]:
    producer = make_producer(kafka, "fetcher")
    yield Topics(kafka, producer)
    producer.close(timeout=5)
