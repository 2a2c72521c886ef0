"""Every published example is what its folder says: for the schema, and for the reader's decoder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import BaseModel
from stancewatch_schemas import models
from stancewatch_schemas.codec import InvalidMessage, decode, encode
from stancewatch_schemas.examples import Example, examples_folder, iter_examples
from stancewatch_schemas.sources import contract_folder, load_schema, message_versions

ALL = message_versions()
KINDS = ("valid", "invalid", "newer")


def examples(kind):
    return [example for message, version in ALL for example in iter_examples(message, version, kind)]


def model_of(example: Example) -> type[BaseModel]:
    return getattr(models, load_schema(example.message, example.version)["title"])


def orphans(folder: Path) -> list[Path]:
    """Files under examples/ that no message, version and kind of the contract reads."""
    wanted = {examples_folder(message, version, kind) for message, version in ALL for kind in KINDS}
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and not (path.parent in wanted and path.suffix == ".json")
    ]


@pytest.mark.parametrize(("message", "version"), ALL, ids=str)
def test_each_message_has_valid_and_invalid_examples(message, version):
    assert list(iter_examples(message, version, "valid"))
    assert list(iter_examples(message, version, "invalid"))


@pytest.mark.parametrize("example", examples("valid"), ids=str)
def test_a_valid_example_follows_its_schema(example, validator_of):
    validator_of(example.message, example.version).validate(json.loads(example.value))


@pytest.mark.parametrize("example", examples("valid"), ids=str)
def test_a_valid_example_survives_decoding_and_encoding(example, validator_of):
    message = decode(model_of(example), example.value)
    again = encode(message)
    assert decode(model_of(example), again) == message
    validator_of(example.message, example.version).validate(json.loads(again))


@pytest.mark.parametrize("example", examples("invalid"), ids=str)
def test_an_invalid_example_breaks_its_schema(example, validator_of):
    try:
        content = json.loads(example.value)
    except ValueError:
        return
    assert not validator_of(example.message, example.version).is_valid(content)


@pytest.mark.parametrize("example", examples("invalid"), ids=str)
def test_a_reader_refuses_an_invalid_example_with_a_short_reason(example):
    with pytest.raises(InvalidMessage) as refused:
        decode(model_of(example), example.value)
    assert 0 < len(refused.value.reason) < 600


@pytest.mark.parametrize("example", examples("newer"), ids=str)
def test_a_writer_cannot_write_an_unknown_field(example, validator_of):
    assert not validator_of(example.message, example.version).is_valid(json.loads(example.value))
    with pytest.raises(ValueError, match="Extra inputs"):
        model_of(example).model_validate_json(example.value)


@pytest.mark.parametrize("example", examples("newer"), ids=str)
def test_a_reader_ignores_a_field_of_a_later_writer(example):
    assert decode(model_of(example), example.value)


def test_no_example_is_an_orphan():
    assert orphans(contract_folder() / "examples") == []


def test_the_orphan_check_can_fail(tmp_path):
    stray = tmp_path / "artcle" / "v1" / "valid" / "misspelt-folder.json"
    stray.parent.mkdir(parents=True)
    stray.write_text("{}")
    assert orphans(tmp_path) == [stray]


@pytest.mark.parametrize(
    "example", [each for each in examples("valid") if each.message == "statement"], ids=str
)
def test_a_statement_example_has_offsets_as_long_as_its_quote(example):
    statement = decode(models.Statement, example.value)
    assert statement.quote_end - statement.quote_start == len(statement.quote)
