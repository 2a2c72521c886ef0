"""compose.yaml and compose.test.yaml, resolved as `docker compose` would, fit the images, the settings and each other.

The last test plays the test stack without Docker: every command of the resolved project, with its environment.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from alerting.settings import AlertingSettings
from fetcher.settings import FetcherSettings
from pydantic_settings import BaseSettings
from stance_classifier.settings import ClassifierSettings
from stancewatch_shared.settings import KafkaSettings, variable_of
from timeline.settings import TimelineSettings

from tests.deploy.compose_project import COMPOSE, OURS, REPOSITORY, resolve
from tests.deploy.compose_without_docker import Stack

SETTINGS: dict[str, type[BaseSettings]] = {
    "fetcher": FetcherSettings,
    "classifier": ClassifierSettings,
    "alerting": AlertingSettings,
    "timeline": TimelineSettings,
}
# Not ours: told to libraries.
FOREIGN = {"ORT_DISABLE_TELEMETRY", "HF_HUB_OFFLINE"}
TEST = ("compose.yaml", "compose.test.yaml")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    resolved: dict[str, Any] = resolve("compose.yaml")["services"]
    return resolved


def dockerfile_of(service: dict[str, Any]) -> str:
    return (REPOSITORY / service["build"]["dockerfile"]).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting_of_its_service(services: dict[str, Any], name: str) -> None:
    known = {variable_of(cls, field) for cls in (SETTINGS[name], KafkaSettings) for field in cls.model_fields}
    assert set(services[name]["environment"]) - FOREIGN <= known


@pytest.mark.parametrize("name", OURS)
def test_settings_accept_what_compose_sets(
    services: dict[str, Any], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in services[name]["environment"].items():
        monkeypatch.setenv(variable, value)
    settings = SETTINGS[name]()
    assert settings.model_dump()["http_host"] == "0.0.0.0"
    assert KafkaSettings().bootstrap_servers == "kafka:19092"


@pytest.mark.parametrize("name", OURS)
def test_port_image_and_health_check_agree(services: dict[str, Any], name: str) -> None:
    service = services[name]
    port = service["environment"]["STANCEWATCH_HTTP_PORT"]
    exposed = re.findall(r"^EXPOSE (.+)$", dockerfile_of(service), re.MULTILINE)[0].split()
    assert exposed[0] == port
    assert f"http://127.0.0.1:{port}/readyz" in service["healthcheck"]["test"][-1]
    assert {str(each["target"]) for each in service.get("ports", [])} <= set(exposed)


@pytest.mark.parametrize("name", OURS)
def test_the_image_starts_the_service_of_that_name_and_no_shell(services: dict[str, Any], name: str) -> None:
    assert f'ENTRYPOINT ["stancewatch-{name}"]' in dockerfile_of(services[name])
    assert services[name]["command"] is None
    assert services[name]["entrypoint"] is None


def test_everything_published_is_bound_to_this_machine(services: dict[str, Any]) -> None:
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert len(published) >= 5
    assert {port["host_ip"] for port in published} == {"127.0.0.1"}


def test_images_name_a_version(services: dict[str, Any]) -> None:
    assert all(re.search(r":v?\d[\w.]*$", service["image"]) for service in services.values())


def test_images_can_be_replaced_by_variables() -> None:
    pinned = resolve("compose.yaml", KAFKA_IMAGE="registry.example/kafka:1")["services"]["kafka"]
    assert pinned["image"] == "registry.example/kafka:1"


def test_your_folder_is_mounted_where_the_settings_look() -> None:
    services = resolve("compose.yaml", CONFIG="/home/me/desk")["services"]
    for name, variable in {"fetcher": "SOURCES", "classifier": "WATCHLIST"}.items():
        (mount,) = services[name]["volumes"]
        assert mount["source"] == "/home/me/desk"
        assert mount["read_only"] is True
        assert services[name]["environment"][f"STANCEWATCH_{variable}"].startswith(mount["target"] + "/")


def test_services_start_after_the_topics_and_those_after_the_broker(services: dict[str, Any]) -> None:
    for name in OURS:
        assert services[name]["depends_on"]["topics"]["condition"] == "service_completed_successfully"
    assert services["topics"]["depends_on"]["kafka"]["condition"] == "service_healthy"


def test_a_container_gets_longer_to_stop_than_a_service_takes(services: dict[str, Any]) -> None:
    assert {services[name]["stop_grace_period"] for name in OURS} == {"15s"}


def test_the_test_stack_keeps_nothing_and_occupies_no_port() -> None:
    services = resolve(*TEST)["services"]
    assert not [name for name, service in services.items() if service.get("ports")]
    assert not any(
        volume["type"] == "volume" for service in services.values() for volume in service.get("volumes", [])
    )
    assert {"prometheus", "grafana"}.isdisjoint(services)


def test_the_test_stack_stands_beside_one_that_runs() -> None:
    assert resolve(*TEST)["name"] != resolve("compose.yaml")["name"]


@pytest.mark.timeout(1200)
def test_the_test_stack_alerts_when_its_commands_are_run(tmp_path: Path) -> None:
    services = resolve(*TEST)["services"]
    with Stack(services, tmp_path) as stack:
        stack.start_kafka()
        stack.finish("topics")
        for name in ("slack", *OURS):
            stack.start(name)
        assert stack.finish("check", seconds=700).startswith("1 alert(s)")


def test_the_check_fails_when_no_alert_comes() -> None:
    began = time.monotonic()
    script = COMPOSE / "test" / "wait_for_alert.py"
    done = subprocess.run(
        [sys.executable, str(script), "http://127.0.0.1:9/inbox.json", "1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "no alert within 1 s\n")
    assert time.monotonic() - began < 60
