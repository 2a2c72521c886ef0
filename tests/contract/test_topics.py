"""The topic declarations fit the messages, the services, and each other."""

from __future__ import annotations

import pytest
import yaml
from stancewatch_schemas.codec import decode
from stancewatch_schemas.examples import iter_examples
from stancewatch_schemas.models import DeadLetter, StanceChange, Statement
from stancewatch_schemas.sources import contract_folder, message_versions, schema_path
from stancewatch_schemas.topics import TOPICS, Topic

SERVICES = {"fetcher", "stance_classifier", "alerting", "timeline", "command"}
CHANGELOG = "stance-classifier-positions-changelog"


def unused_messages(topics, messages):
    return set(messages) - {(topic.message, topic.version) for topic in topics}


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda topic: topic.name)
def test_a_topic_carries_a_message_of_the_contract(topic):
    if topic.name != CHANGELOG:
        assert schema_path(topic.message, topic.version).is_file()


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda topic: topic.name)
def test_a_topic_is_written_and_read_by_known_services(topic):
    assert set(topic.writers) | set(topic.readers) <= SERVICES
    assert topic.readers, f"nobody reads {topic.name}"


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda topic: topic.name)
def test_a_dead_letter_topic_is_declared_and_lives_by_its_name(topic):
    if topic.dead_letter_topic is not None:
        assert topic.dead_letter_topic == f"{topic.name}-dlq"
        assert TOPICS[topic.dead_letter_topic].message == "dead-letter"


@pytest.mark.parametrize("path", sorted((contract_folder() / "topics").iterdir()), ids=lambda path: path.name)
def test_a_topic_file_has_the_name_of_its_topic(path):
    assert Topic.model_validate(yaml.safe_load(path.read_text())).name == path.stem
    assert path.suffix == ".yaml"


def test_every_message_travels_on_some_topic():
    assert unused_messages(TOPICS.values(), message_versions()) == set()


def test_the_check_for_unused_messages_can_fail():
    assert unused_messages(TOPICS.values(), [("gossip", 1)]) == {("gossip", 1)}


def test_an_unknown_key_in_a_declaration_is_an_error():
    content = TOPICS["articles"].model_dump() | {"partitons": 12}
    with pytest.raises(ValueError, match="partitons"):
        Topic.model_validate(content)


def test_the_changelog_has_a_partition_for_each_of_statements():
    assert TOPICS[CHANGELOG].partitions == TOPICS["statements"].partitions
    assert TOPICS[CHANGELOG].cleanup == "compact"


def test_a_dead_letter_topic_has_room_for_any_record_in_base64():
    for topic in TOPICS.values():
        if topic.dead_letter_topic is not None:
            room = TOPICS[topic.dead_letter_topic].largest_message_bytes
            assert room > topic.largest_message_bytes * 4 / 3


@pytest.mark.parametrize(("name", "model"), [("statements", Statement), ("stance-changes", StanceChange)])
def test_statements_and_changes_share_the_key_of_their_position(name, model):
    example = next(iter_examples(TOPICS[name].message, 1))
    message = decode(model, example.value)
    assert TOPICS[name].key_of(message) == f"{message.actor.id}|{message.issue.id}".encode()


def test_a_key_may_be_the_id():
    letter = decode(DeadLetter, next(iter_examples("dead-letter", 1)).value)
    assert TOPICS["articles-dlq"].key_of(letter) == letter.id.encode()


def test_a_compacted_topic_is_kept_for_ever_and_a_plain_one_for_days():
    assert "retention.ms" not in TOPICS["fetch-state"].config
    assert TOPICS["articles"].config["retention.ms"] == str(30 * 24 * 3600 * 1000)
