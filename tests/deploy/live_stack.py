"""Everything as in production: the services under the demo's load, scraped by a real Prometheus, with their spans collected.

Needs prometheus (a Debian package) and Java. The stance model is a scripted one: what is tested is what can be seen.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from stancewatch_schemas.codec import decode
from stancewatch_schemas.examples import iter_examples
from stancewatch_schemas.models import SentAlert, Verdict
from stancewatch_shared.kafka import make_producer, send
from stancewatch_shared.read_topic import read_values
from stancewatch_shared.settings import KafkaSettings

from tests.deploy.config_map import ConfigMapMount
from tests.deploy.conftest import REPOSITORY, need
from tests.deploy.expressions import RULES
from tests.deploy.scripted_judge import ScriptedJudge
from tests.integration.kafka_broker import load_broker

sys.path.append(str(REPOSITORY / "deploy" / "demo"))

from demo import clean_environment, write_sources
from feed_server import FeedServer
from inbox import CHANNEL, Inbox
from stack import USUAL_PORTS, Plan, create_topics, services_of, wait_until_ready
from stories import FOLDER, load_stories
from supervisor import Service, Supervisor

SERVICES = ("fetcher", "classifier", "alerting", "timeline")
ROUTES = f"""
receivers: [{{name: desk, slack: {{channel: {CHANNEL}}}}}]
routes: [{{receivers: [desk]}}]
"""
DATA_WITHIN_SECONDS = 90.0


class Collector:
    """Takes spans as an OpenTelemetry collector does (OTLP over HTTP)."""

    def __init__(self) -> None:
        self.names_by_trace: dict[bytes, set[str]] = defaultdict(set)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                request = ExportTraceServiceRequest.FromString(body)
                for resource in request.resource_spans:
                    for scope in resource.scope_spans:
                        for span in scope.spans:
                            outer.names_by_trace[span.trace_id].add(span.name)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.1,), daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> Collector:
        self.thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@dataclass
class Live:
    """What the tests look at while everything runs."""

    prometheus: str
    collector: Collector
    config: ConfigMapMount
    kafka: KafkaSettings
    supervisor: Supervisor
    plan: Plan

    def query(self, expression: str) -> list[Any]:
        """The result of an instant query."""
        data = urllib.parse.urlencode({"query": expression}).encode()
        with urllib.request.urlopen(f"{self.prometheus}/api/v1/query", data, timeout=10) as answer:
            result: list[Any] = json.loads(answer.read())["data"]["result"]
        return result

    def without_data(self, expressions: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Those of (place, expression) that stay empty for a while."""
        deadline = time.monotonic() + DATA_WITHIN_SECONDS
        missing = expressions
        while missing and time.monotonic() < deadline:
            missing = [(place, expression) for place, expression in missing if not self.shows(expression)]
            time.sleep(1 if missing else 0)
        return missing

    def shows(self, expression: str) -> bool:
        """Whether there is anything to see: a quantile of nothing is NaN, and no curve."""
        return any(not math.isnan(float(each["value"][1])) for each in self.query(expression))

    def scrape(self, service: Service) -> str:
        """What a service's /metrics says now."""
        with urllib.request.urlopen(f"http://127.0.0.1:{service.health_port}/metrics", timeout=10) as answer:
            text: str = answer.read().decode()
        return text

    def wait_for(self, expression: str) -> None:
        """Until a comparison holds for a series."""
        deadline = time.monotonic() + DATA_WITHIN_SECONDS
        while not self.query(expression):
            assert time.monotonic() < deadline, f"never: {expression}"
            time.sleep(0.5)


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Broker, services, papers, Slack, Prometheus and a collector; all of the demo's articles published."""
    prometheus = need("prometheus", "prometheus")
    folder = Path(tmp_path_factory.mktemp("live"))
    broker = load_broker()
    started = broker.start(folder / "kafka", port=broker.free_port(), ends_with_parent=True)
    supervisor = Supervisor(folder / "logs", lambda _line: None, environment=clean_environment())
    try:
        create_topics(started.bootstrap_servers)
        ports = {name: broker.free_port() for name in USUAL_PORTS}
        with (
            FeedServer(load_stories()) as papers,
            Inbox() as inbox,
            Collector() as collector,
            ScriptedJudge() as judge,
        ):
            files = {
                "sources.yaml": write_sources(folder, papers).read_text(encoding="utf-8"),
                "watchlist.yaml": (FOLDER / "watchlist.yaml").read_text(encoding="utf-8"),
                "routes.yaml": ROUTES,
            }
            config = ConfigMapMount(folder / "config", files)
            plan = Plan(
                run_folder=folder,
                sources=config.folder / "sources.yaml",
                watchlist=config.folder / "watchlist.yaml",
                routes=config.folder / "routes.yaml",
                extra={
                    **inbox.environment,
                    "STANCEWATCH_HOST_GAP_SECONDS": "0",
                    "OTEL_EXPORTER_OTLP_ENDPOINT": collector.address,
                    "OTEL_BSP_SCHEDULE_DELAY": "500",
                    "STANCEWATCH_MODEL": judge.spec,
                    "STANCEWATCH_JUDGE": judge.spec,
                    "STANCEWATCH_JUDGE_MAX_REQUESTS": "100000",
                },
            )
            for service in services_of(plan, started.bootstrap_servers, ports):
                supervisor.start(service)
            assert wait_until_ready(supervisor) == []
            with running_prometheus(prometheus, folder, ports, broker.free_port()) as address:
                publish_everything(papers, supervisor, inbox, ports["timeline"])
                kafka = KafkaSettings(bootstrap_servers=started.bootstrap_servers)
                judge_an_alert(kafka)
                yield Live(address, collector, config, kafka, supervisor, plan)
    finally:
        supervisor.stop()
        broker.stop(folder / "kafka")


class running_prometheus:
    """Scrapes each second, with our rules."""

    def __init__(self, binary: str, folder: Path, ports: dict[str, int], port: int) -> None:
        targets = [
            {"targets": [f"127.0.0.1:{ports[name]}"], "labels": {"service": name}} for name in SERVICES
        ]
        config = {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(path) for path in RULES],
            "scrape_configs": [{"job_name": "stancewatch", "static_configs": targets}],
        }
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
        self.address = f"http://127.0.0.1:{port}"
        self.log = (folder / "prometheus.log").open("wb")
        self.process = subprocess.Popen(
            [
                binary,
                f"--config.file={folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdout=self.log,
            stderr=self.log,
        )

    def __enter__(self) -> str:
        return self.address

    def __exit__(self, *_exception: object) -> None:
        self.process.terminate()
        self.process.wait(20)
        self.log.close()


def publish_everything(papers: FeedServer, supervisor: Supervisor, inbox: Inbox, timeline_port: int) -> None:
    """Wave after wave; then wait for two messages in Slack: a rate needs an increase."""
    for wave in papers.waves:
        papers.release(wave)
        wait(supervisor, 4.0, lambda: False)
    wait(supervisor, 300.0, lambda: len(inbox.slack.messages) >= 2)
    assert len(inbox.slack.messages) >= 2, "the demo's articles led to no alert"
    urllib.request.urlopen(f"http://127.0.0.1:{timeline_port}/", timeout=10).close()


def judge_an_alert(kafka: KafkaSettings) -> None:
    """An editor's verdict, as the button in Slack would leave it."""
    example = decode(Verdict, next(iter_examples("verdict", 1, "valid")).value)
    sent = next(decode(SentAlert, value) for value in read_values("sent-alerts", settings=kafka))
    verdict = example.model_copy(update={"alert_id": sent.id})
    producer = make_producer(kafka, "test")
    send(producer, "verdicts", verdict, verdict.id).get(timeout=30)
    producer.close()


def wait(supervisor: Supervisor, seconds: float, condition: Any) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not condition():
        supervisor.watch()
        time.sleep(0.2)
