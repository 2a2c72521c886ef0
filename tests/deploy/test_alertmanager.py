"""The example configuration in a real Alertmanager: one cause, one message."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.conftest import REPOSITORY, need
from tests.integration.kafka_broker import load_broker

EXAMPLE = REPOSITORY / "deploy/prometheus/alertmanager.example.yaml"
PATIENCE_SECONDS = 60.0


class Alertmanager:
    """Alerts in, and which of them it would tell."""

    def __init__(self, address: str) -> None:
        self.address = address

    def ask(self, path: str, content: Any = None) -> Any:
        data = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def told(self, *alerts: dict[str, str]) -> set[str]:
        """Names of those of ``alerts`` that are not muted by the others."""
        self.ask("/api/v2/alerts", [{"labels": labels} for labels in alerts])
        names = {labels["alertname"] for labels in alerts}
        deadline = time.monotonic() + PATIENCE_SECONDS
        while names - {each["labels"]["alertname"] for each in self.ask("/api/v2/alerts")}:
            assert time.monotonic() < deadline, "the alerts never arrive"
            time.sleep(0.1)
        found = self.ask("/api/v2/alerts?inhibited=false")
        return {each["labels"]["alertname"] for each in found} & names


@pytest.fixture
def alertmanager(tmp_path: Path) -> Iterator[Alertmanager]:
    binary = need("prometheus-alertmanager", "prometheus-alertmanager")
    port = load_broker().free_port()
    command = [
        binary,
        f"--config.file={EXAMPLE}",
        f"--storage.path={tmp_path}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    found = Alertmanager(f"http://127.0.0.1:{port}")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            found.ask("/api/v2/status")
            break
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()
            time.sleep(0.1)
    yield found
    process.terminate()
    process.wait(20)


def alert(name: str, severity: str = "page", **labels: str) -> dict[str, str]:
    return {"alertname": f"Stancewatch{name}", "severity": severity, **labels}


@pytest.mark.parametrize(
    ("cause", "consequences"),
    [
        (
            alert("ServiceDown", service="classifier", instance="c:8102"),
            [
                alert("Lag", "ticket", service="classifier", topic="articles"),
                alert("CommitsStopped", service="classifier", topic="articles"),
                alert("LatencyBudgetBurn"),
                alert("ArticleToAlertBudgetBurn"),
            ],
        ),
        (alert("ServiceMissing", service="fetcher"), [alert("ArticleToAlertBudgetBurn")]),
        (
            alert("NothingFetched"),
            [alert("SourceFailing", "ticket", source="a"), alert("SourceSilent", "ticket", source="b")],
        ),
        (
            alert("ReceiverFailing", service="alerting", receiver="desk", channel="slack"),
            [alert("ArticleToAlertBudgetBurn")],
        ),
    ],
    ids=lambda value: value["alertname"] if isinstance(value, dict) else "",
)
def test_what_follows_from_an_alert_is_muted_by_it(
    alertmanager: Alertmanager, cause: dict[str, str], consequences: list[dict[str, str]]
) -> None:
    assert alertmanager.told(*consequences) == {each["alertname"] for each in consequences}
    assert alertmanager.told(cause, *consequences) == {cause["alertname"]}


def test_another_services_lag_is_told_beside_a_service_that_is_down(alertmanager: Alertmanager) -> None:
    down = alert("ServiceDown", service="classifier", instance="c:8102")
    lag = alert("Lag", "ticket", service="alerting", topic="stance-changes")
    assert alertmanager.told(down, lag) == {down["alertname"], lag["alertname"]}
