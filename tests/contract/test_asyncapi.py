"""The AsyncAPI document tells the whole contract, and every reference in it leads somewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator
from stancewatch_schemas.sources import contract_folder, message_versions
from stancewatch_schemas.topics import TOPICS


@pytest.fixture(scope="module")
def document():
    return yaml.safe_load((contract_folder() / "asyncapi.yaml").read_text(encoding="utf-8"))


def references(node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def leads_somewhere(reference, document):
    if not reference.startswith("#/"):
        return (contract_folder() / reference).is_file()
    for step in reference[2:].split("/"):
        document = document.get(step, {})
    return bool(document)


def test_every_topic_is_a_channel_with_its_settings(document):
    assert set(document["channels"]) == set(TOPICS)
    for name, topic in TOPICS.items():
        binding = document["channels"][name]["bindings"]["kafka"]
        assert binding["partitions"] == topic.partitions
        assert binding["topicConfiguration"]["cleanup.policy"] == [topic.cleanup]


def test_every_message_is_described(document):
    assert set(document["components"]["messages"]) == {
        f"{name}.v{number}" for name, number in message_versions()
    }


def test_every_writer_and_reader_is_an_operation(document):
    expected = {f"{each}-writes-{topic.name}" for topic in TOPICS.values() for each in topic.writers}
    expected |= {f"{each}-reads-{topic.name}" for topic in TOPICS.values() for each in topic.readers}
    assert set(document["operations"]) == expected


def test_every_reference_leads_somewhere(document):
    assert [each for each in references(document) if not leads_somewhere(each, document)] == []


def test_the_check_for_references_can_fail(document):
    assert not leads_somewhere("#/channels/gossip", document)
    assert not leads_somewhere("./messages/gossip.v1.schema.json", document)


@pytest.fixture(scope="module")
def specification():
    """The AsyncAPI Initiative's own schema of AsyncAPI 3.0.0 (Apache-2.0), from their package of specifications."""
    path = Path(__file__).with_name("asyncapi-3.0.0.schema.json")
    return Draft7Validator(json.loads(path.read_text(encoding="utf-8")))


def test_the_document_follows_the_specification(document, specification):
    assert [error.message for error in specification.iter_errors(document)] == []


def test_the_check_against_the_specification_can_fail(document, specification):
    assert not specification.is_valid(document | {"chanels": {}})
