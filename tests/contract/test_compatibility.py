"""A released version changes only in ways that running services survive."""

from __future__ import annotations

import copy
import json

import pytest
from stancewatch_schemas.compatibility import breaking_changes
from stancewatch_schemas.release import broken_promises, main, release
from stancewatch_schemas.sources import contract_folder, load_schema


@pytest.fixture
def released():
    return copy.deepcopy(load_schema("article", 1))


@pytest.fixture
def current(released):
    return copy.deepcopy(released)


def test_nothing_in_the_contract_breaks_with_what_was_released():
    assert broken_promises(contract_folder()) == []


def test_the_core_messages_are_released():
    names = {path.name for path in (contract_folder() / "released").iterdir()}
    core = ("article", "statement", "stance-change", "dead-letter")
    assert {f"{message}.v1.schema.json" for message in core} <= names


def test_an_unchanged_schema_is_compatible(released, current):
    assert breaking_changes(released, current) == []


def test_words_for_people_may_change(released, current):
    current["description"] = current["properties"]["id"]["description"] = "Better said."
    assert breaking_changes(released, current) == []


def test_a_new_optional_field_with_a_default_is_compatible(released, current):
    current["properties"]["desk"] = {"type": "string", "default": ""}
    assert breaking_changes(released, current) == []


def test_a_new_field_without_a_default_breaks(released, current):
    current["properties"]["desk"] = {"type": "string"}
    assert breaking_changes(released, current) == [
        "message.desk: is new without a default; old messages give no value for it"
    ]


def test_a_new_required_field_breaks_old_messages(released, current):
    current["properties"]["desk"] = {"type": "string", "default": ""}
    current["required"].append("desk")
    assert "message.desk: became required; messages on the topic may lack it" in breaking_changes(
        released, current
    )


def test_a_field_no_longer_required_breaks_running_readers(released, current):
    current["required"].remove("title")
    assert "message.title: became optional; running readers still require it" in breaking_changes(
        released, current
    )


def test_a_field_that_is_gone_breaks(released, current):
    del current["properties"]["authors"]
    assert breaking_changes(released, current) == ["message.authors: is gone"]


@pytest.mark.parametrize(
    ("keyword", "value"), [("type", "integer"), ("maxLength", 20), ("maxLength", 4096), ("pattern", "^a")]
)
def test_another_rule_for_a_field_breaks(released, current, keyword, value):
    current["properties"]["title"][keyword] = value
    assert len(breaking_changes(released, current)) == 1


def test_a_rule_that_is_gone_breaks_running_readers(released, current):
    del current["properties"]["title"]["maxLength"]
    assert breaking_changes(released, current) == ["message.title: the rule 'maxLength' is gone"]


def test_another_default_breaks(released, current):
    current["properties"]["backfill"]["default"] = True
    assert len(breaking_changes(released, current)) == 1


def test_a_change_deep_inside_is_found(released, current):
    current["properties"]["authors"]["items"]["maxLength"] = 5
    current["properties"]["source_id"]["anyOf"][0]["minLength"] = 2
    places = [change.split(":")[0] for change in breaking_changes(released, current)]
    assert sorted(places) == ["message.authors.items", "message.source_id.anyOf[0]"]


def test_a_new_choice_breaks_running_readers():
    released = {"enum": ["support", "oppose"]}
    assert breaking_changes(released, {"enum": ["oppose", "support"]}) == []
    assert breaking_changes(released, {"enum": ["support", "oppose", "unsure"]}) != []


@pytest.fixture
def contract(tmp_path, released):
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages" / "article.v1.schema.json").write_text(json.dumps(released))
    return tmp_path


def test_releasing_remembers_the_schemas(contract):
    assert release(contract) == []
    assert (contract / "released" / "article.v1.schema.json").is_file()


def test_releasing_does_not_cover_up_a_break(contract, current):
    release(contract)
    del current["properties"]["authors"]
    (contract / "messages" / "article.v1.schema.json").write_text(json.dumps(current))
    assert release(contract) == ["article.v1.schema.json: message.authors: is gone"]
    assert "authors" in (contract / "released" / "article.v1.schema.json").read_text()


def test_a_released_schema_must_not_disappear(contract):
    release(contract)
    (contract / "messages" / "article.v1.schema.json").unlink()
    assert broken_promises(contract) == ["article.v1.schema.json: released, but its schema is gone"]


def test_a_second_version_stands_beside_the_first(contract, current):
    release(contract)
    del current["properties"]["authors"]
    (contract / "messages" / "article.v2.schema.json").write_text(json.dumps(current))
    assert broken_promises(contract) == []


@pytest.mark.parametrize("argument", ["--help", "--dry-run"])
def test_only_a_plain_call_declares_versions_released(argument, monkeypatch, tmp_path):
    called = []
    monkeypatch.setattr("stancewatch_schemas.release.release", called.append)
    monkeypatch.setattr("stancewatch_schemas.release.contract_folder", lambda: tmp_path)
    monkeypatch.setattr("sys.argv", ["release", argument])
    with pytest.raises(SystemExit):
        main()
    assert called == []
