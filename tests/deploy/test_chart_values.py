"""Wrong values are refused before anything changes, with a message that names the value."""

from __future__ import annotations

import json

import pytest
from stancewatch_schemas.topics import TOPICS

from tests.deploy.conftest import CHART, environment, manifests, one, refused


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ('fetcher={"replicsa":2}', "replicsa"),
        ('kafka={"bootstrapServers":"kafka"}', "bootstrapServers"),
        ('classifier={"replicas":7}', "replicas"),
        ('alerting={"replicas":2}', "replicas"),
        ('classifier={"model":"gpt"}', "model"),
        ('classifier={"modelFallback":"maybe"}', "modelFallback"),
        ('classifier={"judge":{"baseUrl":"vllm:8000"}}', "baseUrl"),
        ('classifier={"judge":{"enabled":true,"baseUrl":"http://vllm:8000/v1"}}', "classifier.judge.model"),
        ('classifier={"judge":{"enabled":true,"model":"qwen3"}}', "classifier.judge.baseUrl"),
        ('classifier={"watchlist":{"actors":[],"issues":[]}}', "actors"),
        ('fetcher={"image":{"digest":"sha256:short"}}', "digest"),
        ('timeline={"ingress":{"enabled":true}}', "host"),
        ('topics={"mode":"maybe"}', "mode"),
    ],
)
def test_a_wrong_value_is_refused(setting: str, named: str) -> None:
    assert named in refused("minimal", setting)


def test_two_autoscalers_at_once_are_refused() -> None:
    message = refused(
        "minimal", 'classifier={"autoscaling":{"hpa":{"enabled":true},"keda":{"enabled":true}}}'
    )
    assert "classifier.autoscaling.keda.enabled" in message.replace("/", ".")


def test_two_monitors_at_once_are_refused() -> None:
    message = refused(
        "minimal", 'monitoring={"serviceMonitor":{"enabled":true},"podMonitor":{"enabled":true}}'
    )
    assert "monitoring.podMonitor.enabled" in message.replace("/", ".")


@pytest.mark.parametrize("scaler", ["hpa", "keda"])
def test_fewer_processes_at_most_than_at_least_are_refused(scaler: str) -> None:
    settings = {"autoscaling": {scaler: {"enabled": True, "minReplicas": 4, "maxReplicas": 2}}}
    message = refused("minimal", f"classifier={json.dumps(settings)}")
    assert f"classifier.autoscaling.{scaler}.minReplicas (4) is above maxReplicas (2)" in message


def test_one_read_model_file_for_two_processes_is_refused() -> None:
    refused("minimal", 'timeline={"replicas":2,"persistence":{"existingClaim":"data"}}')


def test_no_brokers_are_refused_with_what_to_set() -> None:
    assert "--set kafka.bootstrapServers=" in refused("minimal", 'kafka={"bootstrapServers":""}')


def test_sasl_without_credentials_is_refused_with_what_to_set() -> None:
    assert "kafka.sasl.existingSecret" in refused(
        "minimal", 'kafka={"bootstrapServers":"k:9093","securityProtocol":"SASL_SSL"}'
    )


def test_users_by_strimzi_and_topics_by_job_are_refused() -> None:
    settings = (
        'strimzi={"cluster":"k","users":{"enabled":true}}',
        'kafka={"bootstrapServers":"k:9093","securityProtocol":"SASL_SSL"}',
    )
    assert "topics.mode" in refused("minimal", *settings)


def test_no_more_processes_than_partitions() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))["properties"]
    classifier, fetcher = schema["classifier"]["properties"], schema["fetcher"]["properties"]
    assert classifier["replicas"]["maximum"] == TOPICS["articles"].partitions
    scaling = classifier["autoscaling"]["properties"]
    for most in (scaling["hpa"], scaling["keda"]):
        assert most["properties"]["maxReplicas"]["maximum"] == TOPICS["articles"].partitions
    assert fetcher["replicas"]["maximum"] == TOPICS["fetch-state"].partitions


def test_articles_may_get_more_partitions_by_strimzi_and_never_fewer() -> None:
    def partitions(*settings: str) -> dict[str, int]:
        topics = [each for each in manifests("strimzi", *settings) if each["kind"] == "KafkaTopic"]
        return {each["spec"]["topicName"]: each["spec"]["partitions"] for each in topics}

    declared = {name: topic.partitions for name, topic in TOPICS.items()}
    assert partitions() == declared
    assert partitions("strimzi.articlesPartitions=12") == {**declared, "articles": 12}
    assert "articlesPartitions" in refused("strimzi", "strimzi.articlesPartitions=5")


def test_an_autoscaled_deployment_has_no_number_of_its_own() -> None:
    assert "replicas" not in one(manifests("strimzi"), "Deployment", "-classifier")["spec"]
    assert one(manifests("minimal"), "Deployment", "-classifier")["spec"]["replicas"] == 1


def test_alerting_never_runs_twice_during_an_upgrade() -> None:
    assert one(manifests("minimal"), "Deployment", "-alerting")["spec"]["strategy"] == {"type": "Recreate"}


def test_keda_follows_the_group_and_topics_of_the_classifier() -> None:
    triggers = one(manifests("strimzi"), "ScaledObject")["spec"]["triggers"]
    assert [each["metadata"]["topic"] for each in triggers] == ["articles", "statements"]
    assert {each["metadata"]["consumerGroup"] for each in triggers} == {"stance-classifier"}


def test_the_models_threads_are_the_cpu_limit() -> None:
    env = environment(one(manifests("minimal"), "Deployment", "-classifier"))
    assert env["STANCEWATCH_MODEL_THREADS"]["valueFrom"]["resourceFieldRef"]["resource"] == "limits.cpu"


def test_a_digest_wins_over_the_tag() -> None:
    spec = one(manifests("sasl-tls-slack"), "Deployment", "-fetcher")["spec"]["template"]["spec"]
    image = spec["containers"][0]["image"]
    assert image.startswith("registry.example.org/newsroom/stancewatch/fetcher@sha256:")


def test_a_second_reader_is_off_until_it_is_asked_for() -> None:
    assert "STANCEWATCH_JUDGE" not in environment(one(manifests("minimal"), "Deployment", "-classifier"))


def test_a_second_reader_is_told_where_and_whom_to_ask() -> None:
    env = environment(one(manifests("sasl-tls-slack"), "Deployment", "-classifier"))
    assert env["STANCEWATCH_JUDGE"]["value"] == "judge:qwen3@http://vllm.models:8000/v1"
    assert env["STANCEWATCH_JUDGE_API_KEY"]["valueFrom"]["secretKeyRef"] == {
        "name": "judge",
        "key": "api-key",
    }


def test_a_large_budget_stays_a_number() -> None:
    judge = 'classifier={"judge":{"enabled":true,"baseUrl":"http://j/v1","model":"m","maxRequests":5000000}}'
    env = environment(one(manifests("minimal", judge), "Deployment", "-classifier"))
    assert env["STANCEWATCH_JUDGE_MAX_REQUESTS"]["value"] == "5000000"


def test_the_bundled_model_stands_in_only_where_that_is_wanted() -> None:
    def fallback(case: str) -> str:
        env = environment(one(manifests(case), "Deployment", "-classifier"))
        value: str = env["STANCEWATCH_MODEL_FALLBACK"]["value"]
        return value

    assert (fallback("minimal"), fallback("sasl-tls-slack")) == ("none", "bundled")
