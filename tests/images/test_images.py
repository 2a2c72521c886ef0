"""Each image starts read-only as a numeric user, answers, does its work on a real Kafka, and ends on SIGTERM."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from stancewatch_schemas.codec import decode
from stancewatch_schemas.examples import iter_examples
from stancewatch_schemas.models import Article, StanceChange
from stancewatch_shared.kafka import make_producer, send
from stancewatch_shared.read_topic import read_values
from stancewatch_shared.settings import KafkaSettings

from tests.images.conftest import SERVICES, USER, Images, answers, said, stop
from tests.integration.kafka_broker import load_broker

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

WATCHLIST = """
actors: [{id: a, name: Mara Lindt, kind: person}]
issues: [{id: i, name: The harbour bridge, proposition: The harbour bridge should be built, keywords: [bridge]}]
"""
ARTICLE = {
    "id": "one",
    "source": "herald",
    "published_at": "2026-03-01T10:00:00Z",
    "title": "Lindt backs the bridge",
    "text": 'Mara Lindt said on Monday: "I support the harbour bridge, and it should be built."',
    "url": "https://example.org/one",
}


@pytest.mark.parametrize("service", SERVICES)
def test_the_image_is_as_kubernetes_wants_it(images: Images, service: str) -> None:
    config = images(service).config
    assert config["User"] == f"{USER}:{USER}"
    assert config["Entrypoint"] == [f"stancewatch-{service}"]
    assert images(service).environment["ORT_DISABLE_TELEMETRY"] == "1"
    assert images(service).environment["HF_HUB_OFFLINE"] == "1"


@pytest.mark.parametrize("service", SERVICES)
def test_the_command_works_in_every_image(images: Images, service: str) -> None:
    assert "stancewatch" in images(service).run({}, "stancewatch", "version")


def test_nothing_of_the_build_is_left(images: Images) -> None:
    for service in SERVICES:
        root = images(service).root
        assert not (root / "src").exists()
        assert not (root / "opt/build").exists()
        assert not (root / "etc/pip.conf").exists() or not (root / "etc/pip.conf").read_text().strip()


def test_onnxruntime_writes_no_device_id_and_does_not_call(images: Images) -> None:
    """CI unset and a fresh HOME: `CI=true` would hide it."""
    script = "import os, onnxruntime; print([str(p) for p in os.walk(os.environ['HOME']) if p[2]])"
    output = images("classifier").run(
        {"HOME": "/tmp/fresh"}, "python", "-c", f"import os; os.mkdir('/tmp/fresh'); {script}"
    )
    assert output.strip() == "[]"


@pytest.fixture
def run_service(images: Images, kafka_environment: dict[str, str], tmp_path: Path) -> Any:
    """Starts an image's service on this test's topics; (process, port)."""
    started = []

    def run(service: str, **extra: str) -> tuple[Any, int]:
        port = load_broker().free_port()
        (tmp_path / "watchlist.yaml").write_text(WATCHLIST, encoding="utf-8")
        tmp_path.chmod(0o755)
        environment = {**kafka_environment, "STANCEWATCH_HTTP_PORT": str(port), **extra}
        process = images(service).start(environment, tmp=tmp_path)
        started.append(process)
        seconds = answers(port, "/healthz", process)
        ready = answers(port, "/readyz", process)
        print(f"{service}: answers after {seconds:.1f} s, ready after {seconds + ready:.1f} s")
        return process, port

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()


def wait_for(
    kafka: KafkaSettings, topic: str, enough: Callable[[list[Any]], bool], seconds: float = 120
) -> list[Any]:
    """The records of a topic, once there are enough."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = list(read_values(topic, settings=kafka))
        if enough(found):
            return found
        time.sleep(0.5)
    pytest.fail(f"{topic}: nothing came")


def test_the_fetcher_sends_an_article(run_service: Any, kafka: KafkaSettings, tmp_path: Path) -> None:
    (tmp_path / "incoming").mkdir()
    (tmp_path / "incoming" / "one.jsonl").write_text(json.dumps(ARTICLE) + "\n", encoding="utf-8")
    (tmp_path / "sources.yaml").write_text(
        "sources: [{id: archive, type: folder, path: ./incoming}]\n", encoding="utf-8"
    )
    process, _ = run_service("fetcher", STANCEWATCH_SOURCES="/tmp/shared/sources.yaml")
    records = wait_for(kafka, "articles", bool)
    assert decode(Article, records[0]).title == ARTICLE["title"]
    stop(process)


def test_the_classifier_reads_an_article(run_service: Any, kafka: KafkaSettings) -> None:
    process, port = run_service("classifier", STANCEWATCH_WATCHLIST="/tmp/shared/watchlist.yaml")
    article = Article.model_validate({**ARTICLE, "revision": 1})
    producer = make_producer(kafka, "test")
    send(producer, "articles", article, article.id).get(timeout=30)
    producer.close()
    wait_for_metric(port, 'stancewatch_records_total{outcome="handled",topic="articles"} 1.0')
    stop(process)


def test_alerting_takes_a_change(run_service: Any, kafka: KafkaSettings) -> None:
    port = load_broker().free_port()
    process, _ = run_service("alerting", STANCEWATCH_ALERTING_PUBLIC_PORT=str(port))
    change = decode(StanceChange, next(iter_examples("stance-change", 1, "valid")).value)
    producer = make_producer(kafka, "test")
    send(producer, "stance-changes", change, f"{change.actor.id}|{change.issue.id}").get(timeout=30)
    producer.close()
    wait_for(kafka, "sent-alerts", bool)
    stop(process)


def test_the_timeline_answers_with_its_page(run_service: Any) -> None:
    process, port = run_service("timeline")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
        assert "Stancewatch" in answer.read().decode()
    stop(process)


def wait_for_metric(port: int, line: str) -> None:
    deadline = time.monotonic() + 180
    text = ""
    while time.monotonic() < deadline:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        if line in text:
            return
        time.sleep(0.5)
    pytest.fail(f"no {line} in\n{text[-3000:]}")


@pytest.mark.parametrize("service", SERVICES)
def test_a_wrong_setting_is_told_and_ends_with_2(images: Images, service: str) -> None:
    process = images(service).start(
        {"KAFKA_BOOTSTRAP_SERVERS": "nowhere", "STANCEWATCH_WATCHLIST": "/nowhere"}
    )
    process.wait(timeout=120)
    output = said(process)
    assert process.returncode == 2, output
    assert "Traceback" not in output
    assert output.startswith("error: ")
