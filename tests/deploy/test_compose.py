"""compose.yaml and the observability beside it fit together; topics are the same wherever they are declared."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import yaml
from stancewatch_schemas.topics import TOPICS

from tests.deploy.conftest import REPOSITORY, need

COMPOSE = REPOSITORY / "deploy" / "compose"


def load(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def test_prometheus_scrapes_every_service_at_its_port() -> None:
    services = load(COMPOSE / "compose.yaml")["services"]
    scraped = {
        target: config["labels"]["service"]
        for config in load(COMPOSE / "prometheus.yml")["scrape_configs"][0]["static_configs"]
        for target in config["targets"]
    }
    expected = {
        f"{name}:{services[name]['environment']['STANCEWATCH_HTTP_PORT']}": name
        for name in ("fetcher", "classifier", "alerting", "timeline")
    }
    assert scraped == expected


def test_prometheus_accepts_its_configuration(tmp_path: Path) -> None:
    promtool = need("promtool", "prometheus")
    config = load(COMPOSE / "prometheus.yml")
    folder = REPOSITORY / "deploy" / "prometheus"
    config["rule_files"] = [
        each.replace("/etc/prometheus/stancewatch", str(folder)) for each in config["rule_files"]
    ]
    assert all(list(Path(each).parent.glob(Path(each).name)) for each in config["rule_files"])
    file = tmp_path / "prometheus.yml"
    file.write_text(yaml.safe_dump(config), encoding="utf-8")
    done = subprocess.run(
        [promtool, "check", "config", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_file_that_compose_mounts_is_there() -> None:
    for service in load(COMPOSE / "compose.yaml")["services"].values():
        for volume in service.get("volumes", []):
            source = str(volume).partition(":")[0]
            if source.startswith("."):
                assert (COMPOSE / source).exists(), source


def test_every_dockerfile_that_compose_builds_is_there() -> None:
    for service in load(COMPOSE / "compose.yaml")["services"].values():
        if "build" in service:
            assert (REPOSITORY / service["build"]["dockerfile"]).is_file()


def test_what_kafka_keeps_lies_in_its_volume() -> None:
    kafka = load(COMPOSE / "compose.yaml")["services"]["kafka"]
    mounted = [each.split(":")[1] for each in kafka["volumes"]]
    assert kafka["environment"]["KAFKA_LOG_DIRS"] in mounted


def test_services_run_read_only_and_without_rights() -> None:
    services = load(COMPOSE / "compose.yaml")["services"]
    for name in ("fetcher", "classifier", "alerting", "timeline"):
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]


def test_topics_of_chart_and_asyncapi_document_are_the_declared_ones() -> None:
    chart = load(REPOSITORY / "deploy/helm/stancewatch/files/topics.yaml")["topics"]
    asyncapi = load(REPOSITORY / "schemas/asyncapi.yaml")["channels"]
    declared = {topic.name for topic in TOPICS.values()}
    assert {each["name"] for each in chart} == declared
    with_messages = {topic.name for topic in TOPICS.values() if topic.message is not None}
    assert {channel["address"] for channel in asyncapi.values()} >= with_messages
