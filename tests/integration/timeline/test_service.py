"""The real service on a real broker: it shows what the topics hold, once, and goes on after any end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from stancewatch_schemas.codec import encode
from stancewatch_schemas.models import StanceChange
from stancewatch_shared.connect import make_producer
from stancewatch_shared.produce import send, send_bytes
from stancewatch_shared.settings import KafkaSettings

from tests.integration.alerting.service import frozen
from tests.unit.timeline.messages import TOPIC_OF, amendment, change, statement, verdict

pytestmark = pytest.mark.integration
# Busy machines are slow: given up is only when nothing has changed for this long.
PATIENCE_SECONDS = 60.0
STOP_SECONDS = 10.0  # the service's promise, on any machine


class Service:
    """A timeline process of a test."""

    def __init__(self, environment: dict[str, str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.port = int(listening.getsockname()[1])
        self.process = subprocess.Popen(
            [sys.executable, "-m", "timeline"],
            env={**os.environ, **environment, "STANCEWATCH_HTTP_PORT": str(self.port)},
            stderr=subprocess.PIPE,
            text=True,
        )

    def get(self, path: str) -> tuple[int, str]:
        """Status and text; status 0 while nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def wait_until(self, path: str, is_so: Callable[[int, str], bool]) -> str:
        """Ask until the answer is as wanted; returns its text."""
        seen, deadline = (-1, ""), 0.0
        while True:
            status, text = self.get(path)
            if (status, text) != seen:
                seen, deadline = (status, text), time.monotonic() + PATIENCE_SECONDS
            if is_so(status, text):
                return text
            assert self.process.poll() is None, f"the service ended: {self.process.communicate()[1][-2000:]}"
            assert time.monotonic() < deadline, f"{path} stayed {status}: {text[:500]}"
            time.sleep(0.1)

    def ready(self) -> None:
        self.wait_until("/readyz", lambda status, _: status == 200)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.communicate(timeout=STOP_SECONDS)
        return self.process.returncode


@pytest.fixture
def start(kafka_environment: dict[str, str]) -> Iterator[Callable[..., Service]]:
    started: list[Service] = []

    def begin(**more: str) -> Service:
        started.append(Service(kafka_environment | more))
        return started[-1]

    yield begin
    for service in started:
        service.end(signal.SIGKILL)


@pytest.fixture
def tell(kafka: KafkaSettings) -> Iterator[Callable[..., None]]:
    producer = make_producer(kafka)

    def write(*messages: BaseModel | tuple[str, bytes] | tuple[str, bytes, str]) -> None:
        for message in messages:
            if isinstance(message, tuple):
                topic, value, *key = message
                send_bytes(producer, topic, value, key[0] if key else "key").get(timeout=30)
            else:
                send(producer, TOPIC_OF[type(message)], message, "orla-byrne|harbour-bridge").get(timeout=30)

    yield write
    producer.close()


def shown(service: Service, kind: str) -> list[str]:
    """The ids of all statements or changes that can be seen, sorted."""
    return sorted(row["id"] for row in json.loads(service.get(f"/export/{kind}.json")[1])[kind])


def test_what_is_in_the_topics_is_shown_and_what_comes_later_too(
    start: Callable[..., Service], tell: Callable[..., None]
) -> None:
    tell(statement("s1", quote="I am against it for good reasons"))
    service = start()
    service.ready()
    assert "I am against it for good reasons" in service.get("/timeline/orla-byrne/harbour-bridge")[1]
    tell(statement("s2", "support", "2025-04-01T09:00:00Z"), change(), verdict("v1"))
    service.wait_until("/changes/c1", lambda status, _: status == 200)
    service.wait_until("/method", lambda _, text: "of 1 change" in text)
    tell(amendment("c1-w", "withdrawn"))
    service.wait_until("/changes/c1", lambda _, text: "This change was withdrawn" in text)
    assert service.end() == 0


def test_repeats_and_poison_are_shown_once_and_nowhere(
    start: Callable[..., Service], tell: Callable[..., None]
) -> None:
    one = statement("s1")
    tell(one, ("statements", b"\xff\x00 poison"), one, ("stance-changes", b"{}"), change(), change())
    service = start()
    service.ready()
    assert shown(service, "statements") == ["s1"]
    assert shown(service, "changes") == ["c1"]
    assert 'stancewatch_timeline_unreadable_total{topic="statements"} 1.0' in service.get("/metrics")[1]
    assert "2 records could not be read" in service.get("/method")[1]


def test_a_kept_model_goes_on_after_a_kill_without_loss_or_repeat(
    start: Callable[..., Service], tell: Callable[..., None], tmp_path: Path
) -> None:
    database = str(tmp_path / "kept.sqlite")
    tell(*(statement(f"s{n}") for n in range(20)))
    first = start(STANCEWATCH_TIMELINE_DATABASE=database)
    first.wait_until("/healthz", lambda status, _: status == 200)
    first.end(signal.SIGKILL)
    tell(statement("late"))
    second = start(STANCEWATCH_TIMELINE_DATABASE=database)
    second.ready()
    assert shown(second, "statements") == sorted(["late", *(f"s{n}" for n in range(20))])
    assert second.end() == 0


def test_newest_first_is_the_same_after_a_page_was_built_anew(
    start: Callable[..., Service], tell: Callable[..., None]
) -> None:
    """Each change lies in another partition; a page that reads them whole, one after the other, must not show that."""
    first = start()
    first.ready()
    names = [f"actor-{number}" for number in range(8)]
    for number, name in enumerate(names):
        tell((TOPIC_OF[StanceChange], encode(change(f"c{number}", actor={"id": name, "name": name})), name))
    newest_first = [f"c{number}" for number in reversed(range(8))]
    first.wait_until("/export/changes.json", lambda _, text: len(json.loads(text)["changes"]) == len(names))
    anew = start()
    anew.ready()
    for service in (first, anew):
        rows = json.loads(service.get("/export/changes.json")[1])["changes"]
        assert [row["id"] for row in rows] == newest_first


def test_sigterm_ends_it_in_time_while_a_reader_never_finishes_asking(start: Callable[..., Service]) -> None:
    service = start()
    service.ready()
    with socket.create_connection(("127.0.0.1", service.port)) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        assert service.end() == 0


def test_sigterm_ends_it_in_time_while_kafka_does_not_answer(
    start: Callable[..., Service], kafka_broker: Any
) -> None:
    service = start()
    service.ready()
    with frozen(kafka_broker.pid):
        assert service.end() == 0


def test_a_missing_topic_is_named_and_the_process_ends_with_2(start: Callable[..., Service]) -> None:
    service = start(KAFKA_TOPIC_PREFIX="nobody-made-these-")
    _, error = service.process.communicate(timeout=PATIENCE_SECONDS)
    assert service.process.returncode == 2
    assert "nobody-made-these-statements" in error
    assert "stancewatch topics create" in error
    assert "Traceback" not in error


def test_a_port_in_use_is_said_and_the_process_ends_with_2(start: Callable[..., Service]) -> None:
    first = start()
    first.wait_until("/healthz", lambda status, _: status == 200)
    environment = {**os.environ, "STANCEWATCH_HTTP_PORT": str(first.port)}
    answer = subprocess.run(
        [sys.executable, "-m", "timeline"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 2
    assert "set STANCEWATCH_HTTP_PORT to a free port" in answer.stderr
