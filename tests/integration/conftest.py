"""A real Kafka broker for the whole run, and a name space of its own for every test."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stancewatch_shared.settings import KafkaSettings
from stancewatch_shared.topics import create_topics

from tests.integration.kafka_broker import load_broker


@pytest.fixture(scope="session")
def kafka_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A broker on a free port, with its data in a temporary folder."""
    broker = load_broker()
    folder = Path(tmp_path_factory.mktemp("kafka"))
    yield broker.start(folder, port=broker.free_port(), ends_with_parent=True)
    broker.stop(folder)


@pytest.fixture(scope="session")
def kafka_servers(kafka_broker: Any) -> str:
    """Its bootstrap servers."""
    return str(kafka_broker.bootstrap_servers)


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
