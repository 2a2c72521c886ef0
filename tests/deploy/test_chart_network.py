"""Each service reaches what it needs, and no more."""

from __future__ import annotations

import json
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from tests.deploy.conftest import manifests, one


def egress(case: str, service: str) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = one(manifests(case), "NetworkPolicy", f"-{service}")["spec"]["egress"]
    return rules


def ports(rule: dict[str, Any]) -> set[int]:
    return {each["port"] for each in rule.get("ports", [])}


def test_the_classifier_reaches_kafka_and_dns_only() -> None:
    assert [ports(rule) for rule in egress("minimal", "classifier")] == [{53}, {9092}]


def test_the_timeline_reaches_kafka_and_dns_only() -> None:
    assert [ports(rule) for rule in egress("minimal", "timeline")] == [{53}, {9092}]


@pytest.mark.parametrize("address", ["10.1.2.3", "192.168.0.1", "172.20.0.1", "169.254.169.254", "127.0.0.1"])
def test_the_fetcher_does_not_reach_inside(address: str) -> None:
    for rule in egress("minimal", "fetcher"):
        for peer in rule.get("to", []):
            block = peer["ipBlock"]
            if ":" not in block["cidr"]:
                inside = any(ip_address(address) in ip_network(each) for each in block["except"])
                assert inside, f"{address} can be reached"


def test_an_internal_feed_that_is_allowed_is_allowed_in_both_places() -> None:
    blocks = [p["ipBlock"]["cidr"] for r in egress("sasl-tls-slack", "fetcher") for p in r.get("to", [])]
    assert "10.20.0.0/16" in blocks
    deployment = one(manifests("sasl-tls-slack"), "Deployment", "-fetcher")
    env = {e["name"]: e.get("value") for e in deployment["spec"]["template"]["spec"]["containers"][0]["env"]}
    assert env["STANCEWATCH_ALLOW_INTERNAL"] == "10.20.0.0/16"


def test_kafkas_ports_are_those_of_the_bootstrap_servers() -> None:
    assert ports(egress("sasl-tls-slack", "classifier")[1]) == {9093, 9094}


def test_a_judge_is_reached_only_at_its_address() -> None:
    rule = egress("everything", "classifier")[-1]
    assert rule == {
        "ports": [{"protocol": "TCP", "port": 11434}],
        "to": [{"ipBlock": {"cidr": "10.0.0.7/32"}}],
    }


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("http://vllm.models:8000/v1", 8000),
        ("http://vllm.models/v1", 80),
        ("https://api.example.org/v1", 443),
    ],
)
def test_the_judges_port_is_that_of_its_address(url: str, port: int) -> None:
    judge = {"enabled": True, "baseUrl": url, "model": "m", "egressTo": ["10.0.0.7/32"]}
    objects = manifests("minimal", f"classifier={json.dumps({'judge': judge})}")
    assert ports(one(objects, "NetworkPolicy", "-classifier")["spec"]["egress"][-1]) == {port}


def test_a_judge_in_the_cluster_is_reached_by_its_pods_labels() -> None:
    rule = egress("sasl-tls-slack", "classifier")[-1]
    assert ports(rule) == {8000}
    assert rule["to"][0]["podSelector"] == {"matchLabels": {"app": "vllm"}}


def test_spans_may_leave_when_tracing_is_on() -> None:
    assert 4318 in {port for rule in egress("strimzi", "classifier") for port in ports(rule)}


def test_policies_can_be_left_to_the_cluster() -> None:
    assert not [each for each in manifests("open") if each["kind"] == "NetworkPolicy"]
