"""What deploy/README.md promises of Kafka as the only store, done on a running stack."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from stancewatch_schemas.codec import decode
from stancewatch_schemas.models import StanceChange
from stancewatch_schemas.topics import TOPICS
from stancewatch_shared.kafka import make_consumer, make_producer
from stancewatch_shared.read_topic import partitions_of, read_to_end, read_values
from stancewatch_shared.settings import KafkaSettings
from stancewatch_shared.topics import create_topics

from tests.deploy.live_stack import (
    Live,
    Service,
    Supervisor,
    clean_environment,
    services_of,
    wait,
    wait_until_ready,
)
from tests.integration.kafka_broker import load_broker

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
CHANGELOG = "stance-classifier-positions-changelog"


@contextmanager
def another(live: Live, service: str, folder: Path, prefix: str = "") -> Iterator[Supervisor]:
    """One more process of a service with nothing of its own but Kafka; ready."""
    broker = load_broker()
    ports = dict.fromkeys(("fetcher", "classifier", "alerting", "timeline", "alerting-public"), 0)
    plan = replace(live.plan, run_folder=folder, extra={**live.plan.extra, "KAFKA_TOPIC_PREFIX": prefix})
    ports[service] = broker.free_port()
    supervisor = Supervisor(folder / "logs", lambda _line: None, environment=clean_environment())
    services = services_of(plan, live.kafka.bootstrap_servers, ports)
    try:
        supervisor.start(next(each for each in services if each.name == service))
        assert wait_until_ready(supervisor) == []
        yield supervisor
    finally:
        supervisor.stop()


def test_a_timeline_with_an_empty_disk_shows_the_same_positions(live: Live, tmp_path: Path) -> None:
    running = next(each for each in live.supervisor.services if each.name == "timeline")
    before = positions(live, running)
    assert before
    with another(live, "timeline", tmp_path) as supervisor:
        rebuilt = supervisor.services[0]
        wait(supervisor, 30.0, lambda: positions(live, rebuilt) == before)
        assert positions(live, rebuilt) == before


def test_statements_moved_to_more_partitions_give_the_same_changes(live: Live, tmp_path: Path) -> None:
    """Change partitions: new prefix, topics made beforehand, statements copied, positions worked out anew."""
    moved = live.kafka.model_copy(update={"topic_prefix": "moved-"})
    larger = {
        name: replace_partitions(TOPICS[name], 12) for name in ("statements", CHANGELOG, "stance-changes")
    }
    create_topics(moved, larger.values())
    assert not set(create_topics(moved)) & {f"moved-{name}" for name in larger}, "what is there is left alone"
    before = changes(live.kafka)
    assert before
    copied = copy(live.kafka, moved, "statements")
    with another(live, "classifier", tmp_path, "moved-") as supervisor:
        classifier = supervisor.services[0]
        done = f'stancewatch_records_total{{outcome="handled",topic="statements"}} {float(copied)}'
        wait(supervisor, 120.0, lambda: done in live.scrape(classifier))
        assert done in live.scrape(classifier)
    assert changes(moved) == before


def positions(live: Live, timeline: Service) -> set[str]:
    """The positions in force that a timeline knows, as lines of its metrics."""
    lines = live.scrape(timeline).splitlines()
    return {line for line in lines if line.startswith("stancewatch_position{")}


def changes(kafka: KafkaSettings) -> set[tuple[str, str]]:
    """(id, event) of all that was told."""
    found = [decode(StanceChange, value) for value in read_values("stance-changes", settings=kafka)]
    return {(each.id, each.event) for each in found}


def copy(source: KafkaSettings, target: KafkaSettings, topic: str) -> int:
    """Key, value and headers, as any mirroring tool would; how many."""
    consumer, producer = make_consumer(source, [], None), make_producer(target, "copy")
    count = 0
    for record in read_to_end(consumer, partitions_of(consumer, source, [topic])):
        producer.send(target.topic(topic), key=record.key, value=record.value, headers=record.headers)
        count += 1
    consumer.close()
    producer.close()
    return count


def replace_partitions(topic: Any, partitions: int) -> Any:
    return topic.model_copy(update={"partitions": partitions})
