"""The whole chain on a cluster that lets nobody in without a password or a certificate."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo import clean_environment

from tests.e2e.conftest import Chain, run_chain
from tests.e2e.secured_broker import PASSWORD, SecuredBroker, secured_broker
from tests.e2e.test_article_to_alert import alerts_on_minerals, publish

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredBroker]:
    with secured_broker(Path(tmp_path_factory.mktemp("secured"))) as broker:
        yield broker


def stancewatch(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """The command, as a user with these settings would run it."""
    return subprocess.run(
        [str(Path(sys.executable).parent / "stancewatch"), *words],
        env={**clean_environment(), "KAFKA_CONNECT_TIMEOUT_SECONDS": "20", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


@pytest.mark.parametrize("way", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "certificate"])
def test_topics_are_created_and_described(cluster: SecuredBroker, way: str) -> None:
    environment = cluster.by_certificate() if way == "certificate" else cluster.by_password(way)
    environment["KAFKA_TOPIC_PREFIX"] = f"{way.lower()}-"
    created = stancewatch(environment, "topics", "create")
    assert created.returncode == 0, created.stderr
    described = stancewatch(environment, "topics", "describe")
    assert f"{way.lower()}-articles" in described.stdout, described.stderr


@pytest.mark.parametrize("way", ["SCRAM-SHA-512", "certificate"])
def test_an_article_becomes_one_post_in_slack(cluster: SecuredBroker, way: str, tmp_path: Path) -> None:
    environment = cluster.by_certificate() if way == "certificate" else cluster.by_password(way)
    environment["KAFKA_TOPIC_PREFIX"] = f"chain-{way.lower()}-"
    assert stancewatch(environment, "topics", "create").returncode == 0
    for chain in run_chain(environment, tmp_path):
        story_becomes_an_alert(chain)


def story_becomes_an_alert(chain: Chain) -> None:
    publish(chain, 1, until_read="munich-draft")
    publish(chain, 3, until_read="cannot-sell")
    publish(chain, 4, until_read="ready-to-sign")
    chain.wait_until(lambda: len(alerts_on_minerals(chain)) == 1)


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({"KAFKA_SASL_PASSWORD": "wrong"}, "KAFKA_SASL_PASSWORD"),
        ({"KAFKA_SASL_USERNAME": "stranger"}, "KAFKA_SASL_USERNAME"),
        ({"KAFKA_SECURITY_PROTOCOL": "PLAINTEXT"}, "KAFKA_SECURITY_PROTOCOL"),
        ({"KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT"}, "KAFKA_SECURITY_PROTOCOL"),
        ({"KAFKA_SSL_CAFILE": "/etc/hostname"}, "KAFKA_SSL_CAFILE"),
        ({"KAFKA_SSL_CAFILE": "/nowhere/ca.crt"}, "KAFKA_SSL_CAFILE"),
    ],
    ids=lambda value: " ".join(value) + "=" + "".join(value.values()) if isinstance(value, dict) else "",
)
def test_wrong_credentials_are_named_and_end_with_2(
    cluster: SecuredBroker, change: dict[str, str], advice: str
) -> None:
    refused = stancewatch({**cluster.by_password("SCRAM-SHA-256"), **change}, "topics", "describe")
    assert refused.returncode == 2, refused.stdout
    assert advice in refused.stderr
    assert "Traceback" not in refused.stderr
    assert PASSWORD not in refused.stderr


def test_an_unknown_authority_is_refused(cluster: SecuredBroker) -> None:
    environment = cluster.by_password("SCRAM-SHA-256")
    del environment["KAFKA_SSL_CAFILE"]
    refused = stancewatch(environment, "topics", "describe")
    assert refused.returncode == 2
    assert "KAFKA_SSL_CAFILE" in refused.stderr
