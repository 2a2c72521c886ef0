"""The declared topics on a real cluster: created, compared, never guessed by the broker.

The declarations are schemas/topics/*.yaml; the replication factor is the cluster's own matter
(KAFKA_REPLICATION_FACTOR: 1 on a laptop, 3 in production).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import InvalidReplicationFactorError, TopicAlreadyExistsError
from stancewatch_schemas.topics import TOPICS, Topic

from stancewatch_shared.connect import make_admin
from stancewatch_shared.errors import UserError
from stancewatch_shared.settings import KafkaSettings


@dataclass(frozen=True)
class TopicState:
    """One topic as declared and as it is: ``partitions`` is None where it does not exist."""

    name: str
    declared: Topic
    partitions: int | None
    replication: int | None
    differences: tuple[str, ...]

    @property
    def exists(self) -> bool:
        return self.partitions is not None


def create_topics(settings: KafkaSettings, declared: Iterable[Topic] | None = None) -> list[str]:
    """Create what is missing; returns the names created. What exists is left as it is."""
    admin = make_admin(settings)
    try:
        existing = set(admin.list_topics())
        wanted = {
            settings.topic(topic.name): {
                "num_partitions": topic.partitions,
                "replication_factor": settings.replication_factor,
                "configs": topic.config,
            }
            for topic in declared or TOPICS.values()
            if settings.topic(topic.name) not in existing
        }
        if wanted:
            admin.create_topics(wanted)
            admin.wait_for_topics(list(wanted), timeout_ms=30_000)
    except TopicAlreadyExistsError:
        return create_topics(settings, declared)  # another creator was quicker: see what is left
    except InvalidReplicationFactorError:
        raise UserError(
            f"the cluster has too few brokers for KAFKA_REPLICATION_FACTOR={settings.replication_factor}: "
            "set it to the number of brokers at most"
        ) from None
    finally:
        admin.close()
    return sorted(wanted)


def describe_topics(settings: KafkaSettings, declared: Iterable[Topic] | None = None) -> list[TopicState]:
    """Every declared topic as it is on the cluster."""
    admin = make_admin(settings)
    try:
        topics = list(declared or TOPICS.values())
        existing = set(admin.list_topics())
        names = [settings.topic(topic.name) for topic in topics if settings.topic(topic.name) in existing]
        found = {topic["name"]: topic for topic in admin.describe_topics(names)} if names else {}
        configs = _configs(admin, names) if names else {}
    finally:
        admin.close()
    return [
        compare_topic(topic, name, found.get(name), configs)
        for topic, name in ((topic, settings.topic(topic.name)) for topic in topics)
    ]


def compare_topic(
    declared: Topic, name: str, found: Mapping[str, Any] | None, configs: Mapping[str, Mapping[str, str]]
) -> TopicState:
    """Declaration against cluster: ``found`` as from describe_topics, ``configs`` maps names to settings."""
    if found is None:
        return TopicState(name, declared, None, None, ("does not exist",))
    partitions = len(found["partitions"])
    replication = min((len(part["replica_nodes"]) for part in found["partitions"]), default=0)
    differences = []
    if partitions != declared.partitions:
        differences.append(f"{partitions} partitions instead of {declared.partitions}")
    actual = configs.get(name, {})
    for key, value in sorted(declared.config.items()):
        if key in actual and actual[key] != value:
            differences.append(f"{key}={actual[key]} instead of {value}")
    return TopicState(name, declared, partitions, replication, tuple(differences))


def _configs(admin: Any, names: list[str]) -> dict[str, dict[str, str]]:
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    answer = admin.describe_configs(resources, config_filter="all")
    found: dict[str, dict[str, str]] = {}
    for name, entries in answer.get("topic", {}).items():
        found[str(name)] = {key: str(entry["value"]) for key, entry in entries.items()}
    return found
