"""Each image starts read-only as a numeric user, answers, does its work on a real Kafka, and ends on SIGTERM."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from stancewatch_schemas.codec import decode
from stancewatch_schemas.examples import iter_examples
from stancewatch_schemas.models import Article, StanceChange, Statement
from stancewatch_shared.kafka import make_producer, send
from stancewatch_shared.read_topic import read_values
from stancewatch_shared.settings import KafkaSettings
from stancewatch_shared.topics import describe_topics

from tests.deploy.conftest import manifests, one, pod_specs
from tests.images.conftest import FIGURES, REPOSITORY, SERVICES, USER, Images, answers, said, stop
from tests.integration.kafka_broker import load_broker

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

WATCHLIST = """
actors: [{id: a, name: Mara Lindt, kind: person}]
issues: [{id: i, name: The harbour bridge, proposition: The harbour bridge should be built, keywords: [bridge]}]
"""
LOCKS = {
    "fetcher": "fetcher.txt",
    "classifier": "stance_classifier.txt",
    "alerting": "alerting.txt",
    "timeline": "timeline.txt",
}
FRESH_HOME = {"HOME": "/tmp/fresh"}
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


ONE_SESSION = """
import onnxruntime, os, stance_classifier
os.makedirs(os.environ["HOME"], exist_ok=True)
folder = os.path.dirname(stance_classifier.__file__)
onnxruntime.InferenceSession(f"{folder}/model/bundled/model.onnx", providers=["CPUExecutionProvider"])
print(sorted(name for _, _, names in os.walk(os.environ["HOME"]) for name in names))
"""


def test_onnxruntime_writes_no_device_id_and_collects_nothing(images: Images) -> None:
    """CI is unset and HOME is fresh: onnxruntime would be quiet on a machine that says CI=true."""
    told = images("classifier").run(FRESH_HOME, "python", "-c", ONE_SESSION, network=False)
    assert told.strip() == "[]"


def test_without_our_variable_it_would(images: Images) -> None:
    """The test above can fail. No network: nothing leaves this machine while it is tried."""
    command = ("env", "-u", "ORT_DISABLE_TELEMETRY", "python", "-c", ONE_SESSION)
    assert "deviceid" in images("classifier").run(FRESH_HOME, *command, network=False)


@pytest.mark.parametrize("service", SERVICES)
def test_the_root_is_read_only(images: Images, service: str) -> None:
    script = "import errno\ntry: open('/opt/venv/x', 'w')\nexcept OSError as error: print(errno.errorcode[error.errno])"
    assert images(service).run({}, "python", "-c", script).strip() == "EROFS"


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
        FIGURES.append(f"{service}: answers after {seconds:.1f} s, ready after {seconds + ready:.1f} s")
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


@pytest.mark.parametrize("model", ["bundled", "hub:/models/hub"])
def test_the_classifier_reads_an_article(run_service: Any, kafka: KafkaSettings, model: str) -> None:
    """With the bundled model, and with one that the build argument HUB_MODEL has baked in."""
    process, port = run_service(
        "classifier", STANCEWATCH_WATCHLIST="/tmp/shared/watchlist.yaml", STANCEWATCH_MODEL=model
    )
    article = Article.model_validate({**ARTICLE, "revision": 1})
    producer = make_producer(kafka, "test")
    send(producer, "articles", article, article.id).get(timeout=30)
    producer.close()
    wait_for_metric(port, 'stancewatch_records_total{outcome="handled",topic="articles"} 1.0')
    output = stop(process)
    loaded = next(json.loads(line) for line in output.splitlines() if '"model_loaded"' in line)
    assert loaded["model"].startswith(model.partition("/")[0])


def test_the_baked_model_is_complete(images: Images) -> None:
    assert {path.name for path in (images("classifier").root / "models/hub").glob("*.json")} == {
        "config.json",
        "tokenizer.json",
        "tokenizer_config.json",
    }
    assert (images("classifier").root / "models/hub/model.onnx").is_file()


def test_alerting_takes_a_change(run_service: Any, kafka: KafkaSettings) -> None:
    port = load_broker().free_port()
    process, _ = run_service("alerting", STANCEWATCH_ALERTING_PUBLIC_PORT=str(port))
    change = decode(StanceChange, next(iter_examples("stance-change", 1, "valid")).value)
    producer = make_producer(kafka, "test")
    send(producer, "stance-changes", change, f"{change.actor.id}|{change.issue.id}").get(timeout=30)
    producer.close()
    wait_for(kafka, "sent-alerts", bool)
    stop(process)


def test_the_timeline_shows_a_statement(run_service: Any, kafka: KafkaSettings) -> None:
    process, port = run_service("timeline")
    statement = decode(Statement, next(iter_examples("statement", 1, "valid")).value)
    producer = make_producer(kafka, "test")
    send(producer, "statements", statement, f"{statement.actor.id}|{statement.issue.id}").get(timeout=30)
    producer.close()
    wait_for_metric(port, 'stancewatch_timeline_records_total{topic="statements"} 1.0')
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
        assert statement.actor.name in answer.read().decode()
    stop(process)


def test_the_charts_hook_creates_the_topics(images: Images, kafka_servers: str) -> None:
    """The very command of the job that runs before an installation."""
    (container,) = pod_of("Job", "-topics")["containers"]
    fresh = {"KAFKA_BOOTSTRAP_SERVERS": kafka_servers, "KAFKA_TOPIC_PREFIX": "hook-"}
    images("fetcher").run(fresh, *container["command"])
    states = describe_topics(KafkaSettings(bootstrap_servers=kafka_servers, topic_prefix="hook-"))
    assert [each for each in states if not each.exists or each.differences] == []


def test_helm_test_asks_whether_a_service_is_ready(images: Images, run_service: Any) -> None:
    """The very command of the chart's test pod, at one service's address."""
    process, port = run_service("timeline")
    (container,) = pod_of("Pod", "-test")["containers"]
    command = [each for each in container["command"] if not each.startswith("http")]
    assert "200" in images("timeline").run({}, *command, f"http://127.0.0.1:{port}/readyz")
    stop(process)
    assert images("timeline").start({}, *command, f"http://127.0.0.1:{port}/readyz").wait(timeout=60) != 0


def pod_of(kind: str, name_ends: str) -> Any:
    return dict(pod_specs([one(manifests("minimal"), kind, name_ends)])).popitem()[1]


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


def test_a_bill_of_materials_lists_what_is_in_the_image(images: Images, bills: dict[str, Any]) -> None:
    for service, lock in LOCKS.items():
        purls = {each.get("purl", "").partition("?")[0] for each in bills[service]["components"]}
        pinned = re.findall(
            r"^([a-z0-9-]+)==([^ ;]+) \\$", (REPOSITORY / "requirements" / lock).read_text(), re.M
        )
        assert len(pinned) > 10
        assert {f"pkg:pypi/{name}@{version}" for name, version in pinned} <= purls
        assert any(each.startswith("pkg:pypi/stancewatch-shared@") for each in purls)
        assert any(each.startswith("pkg:deb/debian/libc6@") for each in purls)
        assert any(each.startswith("pkg:generic/python@3.11.") for each in purls)


def test_the_bill_of_materials_names_the_models_by_checksum(images: Images, bills: dict[str, Any]) -> None:
    models = {
        each["name"]: each["hashes"][0]["content"]
        for each in bills["classifier"]["components"]
        if each["type"] == "machine-learning-model"
    }
    root = images("classifier").root
    there = [*(root / "opt/venv").rglob("stance_classifier/**/*.onnx"), root / "models/hub/model.onnx"]
    assert set(models) == {str(path.relative_to(root)) for path in there}
    for name, checksum in models.items():
        assert hashlib.sha256((images("classifier").root / name).read_bytes()).hexdigest() == checksum


def test_a_bill_of_materials_is_the_same_each_time(images: Images, bills: dict[str, Any]) -> None:
    assert make_bill("fetcher") == bills["fetcher"]


@pytest.fixture(scope="session")
def bills(images: Images) -> dict[str, Any]:
    """Of every image; sbom.sh has validated each against CycloneDX's schema."""
    for service in SERVICES:
        images(service)
    return {service: make_bill(service) for service in SERVICES}


def make_bill(service: str) -> Any:
    done = subprocess.run(
        ["bash", "deploy/images/sbom.sh", service],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    content = json.loads((REPOSITORY / done.stdout.strip()).read_text(encoding="utf-8"))
    assert (content["bomFormat"], content["specVersion"]) == ("CycloneDX", "1.6")
    return content
