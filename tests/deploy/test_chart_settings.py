"""The chart speaks the services' own language: every variable it sets is one that they read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alerting.routes import load_routes
from alerting.settings import AlertingSettings
from fetcher.settings import FetcherSettings
from fetcher.sources import load_catalogue
from stance_classifier.settings import ClassifierSettings
from stance_classifier.watchlist import load_watchlist
from stancewatch_schemas.topics import TOPICS
from stancewatch_shared.settings import KafkaSettings, ServiceSettings, variable_of
from timeline.settings import TimelineSettings

from tests.deploy.conftest import MATRIX, REPOSITORY, environment, manifests, one

SETTINGS: dict[str, type[ServiceSettings]] = {
    "fetcher": FetcherSettings,
    "classifier": ClassifierSettings,
    "alerting": AlertingSettings,
    "timeline": TimelineSettings,
}
# Read without a settings class: by the model's loader, by libraries, by OpenTelemetry.
OTHERS = re.compile(
    r"^(OTEL_.*|OMP_NUM_THREADS|RAYON_NUM_THREADS|STANCEWATCH_(MODEL_THREADS|JUDGE_API_KEY))$"
)


@pytest.mark.parametrize("service", SETTINGS)
@pytest.mark.parametrize("case", MATRIX)
def test_every_variable_is_one_that_the_service_reads(case: str, service: str) -> None:
    known = {
        variable_of(settings, name)
        for settings in (SETTINGS[service], KafkaSettings)
        for name in settings.model_fields
    }
    for name in environment(one(manifests(case), "Deployment", f"-{service}")):
        assert name.removesuffix("_FILE") in known or OTHERS.match(name), name


def test_the_services_accept_the_default_files(tmp_path: Path) -> None:
    objects = manifests("minimal")
    for name in ("sources", "watchlist"):
        content = one(objects, "ConfigMap", f"-{name}")["data"][f"{name}.yaml"]
        (tmp_path / f"{name}.yaml").write_text(content, encoding="utf-8")
    assert load_catalogue(tmp_path).sources
    assert load_watchlist(tmp_path / "watchlist.yaml").actors


def test_alerting_accepts_the_routes_of_the_matrix(tmp_path: Path) -> None:
    content = one(manifests("everything"), "ConfigMap", "-routes")["data"]["routes.yaml"]
    (tmp_path / "routes.yaml").write_text(content, encoding="utf-8")
    assert load_routes(tmp_path / "routes.yaml").receivers


def test_strimzis_topics_are_the_declared_ones() -> None:
    made = {
        each["spec"]["topicName"]: (each["spec"]["partitions"], each["spec"]["config"])
        for each in manifests("strimzi")
        if each["kind"] == "KafkaTopic"
    }
    assert made == {topic.name: (topic.partitions, topic.config) for topic in TOPICS.values()}


def test_an_uninstalled_release_keeps_the_topics() -> None:
    topics = [each for each in manifests("strimzi") if each["kind"] == "KafkaTopic"]
    assert all(each["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep" for each in topics)


def test_each_user_may_do_what_the_contract_says_and_no_more() -> None:
    for user in (each for each in manifests("strimzi") if each["kind"] == "KafkaUser"):
        service = user["metadata"]["name"].rpartition("-")[2].replace("classifier", "stance_classifier")
        for acl in user["spec"]["authorization"]["acls"]:
            if acl["resource"]["type"] == "topic":
                topic = TOPICS[acl["resource"]["name"]]
                assert ("Write" in acl["operations"]) == (service in topic.writers)
                assert ("Read" in acl["operations"]) == (service in topic.readers)


def test_ports_are_the_same_in_chart_and_compose() -> None:
    compose = (REPOSITORY / "deploy/compose/compose.yaml").read_text(encoding="utf-8")
    for service in SETTINGS:
        port = environment(one(manifests("minimal"), "Deployment", f"-{service}"))["STANCEWATCH_HTTP_PORT"][
            "value"
        ]
        assert f'STANCEWATCH_HTTP_PORT: "{port}"' in compose
