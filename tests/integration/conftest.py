"""A real Kafka broker for the whole run, and a name space of its own for every test."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from stancewatch_shared.settings import KafkaSettings
from stancewatch_shared.topics import create_topics

from tests.integration.kafka_broker import load_broker


@pytest.fixture(scope="session")
def kafka_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """bootstrap servers of a broker on a free port, with its data in a temporary folder."""
    broker = load_broker()
    folder = Path(tmp_path_factory.mktemp("kafka"))
    started = broker.start(folder, port=broker.free_port(), ends_with_parent=True)
    yield started.bootstrap_servers
    broker.stop(folder)


@pytest.fixture
def kafka(kafka_servers: str) -> KafkaSettings:
    """Settings with a topic prefix nobody else has, all declared topics created.

    Topics and groups get the prefix through ``kafka.topic(name)``; make_consumer, send and the rest do so
    by themselves. A service is given ``kafka_environment``.
    """
    settings = KafkaSettings(bootstrap_servers=kafka_servers, topic_prefix=f"t{uuid.uuid4().hex[:10]}-")
    create_topics(settings)
    return settings


@pytest.fixture
def kafka_environment(kafka: KafkaSettings) -> dict[str, str]:
    """The environment variables that lead a service process to this test's topics."""
    return {"KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers, "KAFKA_TOPIC_PREFIX": kafka.topic_prefix}
