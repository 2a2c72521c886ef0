from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict
from stancewatch_shared.errors import UserError
from stancewatch_shared.yaml_source import load_yaml, load_yaml_with_lines


class Actor(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    aliases: list[str] = []


class Watchlist(BaseModel):
    model_config = ConfigDict(extra="forbid")
    actors: list[Actor]


def refuse(tmp_path: Path, text: str | bytes) -> UserError:
    path = tmp_path / "watchlist.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UserError) as caught:
        load_yaml(path, Watchlist)
    return caught.value


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("actors:\n  - id: a\n    alias: [x]\n", 3, "unknown key 'actors[0].alias'"),
        ("actors: []\nissus: []\n", 2, "unknown key 'issus'; known keys are actors"),
        ("actors:\n  - aliases: []\n", 2, "the key 'actors[0].id' is missing"),
        ("actors:\n  - id: a\n    aliases:\n      - x\n      - no\n", 5, "put it in quotes"),
        ("actors:\n  - id: 2024-05-01\n", 2, "YAML reads it as a date: put it in quotes"),
        ("actors:\n  - id: a\nactors: []\n", 3, "the key 'actors' stands here for the second time"),
        ("actors:\n  - id: a\n  id: b\n", 3, "not YAML"),
        ("actors: [\n", 2, "not YAML"),
        ("actors:\n  - id: a\n  id: b\n", 3, "indent the line like those beside it"),
        ("actors:\n\t- id: a\n", 2, "indent with spaces, not tabs"),
        ("actors:\n  - id: a: b\n", 2, "put a value that holds ': ' in quotes"),
        ("- a\n", 1, "the file holds a list; it must be a mapping with the keys actors"),
        ("", 1, "the file is empty"),
        ("# nothing\n", 1, "the file is empty"),
        (b"actors:\n  - id: \xff\n", 2, "not UTF-8 text"),
        ("{}", 1, "the key 'actors' is missing"),
        ('{"actors":\n\t[{"id": 3}]}', 2, "must be text, but YAML reads it as a number"),
    ],
)
def test_bad_input_tells_the_line_and_what_to_change(
    tmp_path: Path, text: str | bytes, line: int, reason: str
) -> None:
    error = refuse(tmp_path, text)
    assert (error.line, reason in error.reason) == (line, True), str(error)


def test_several_mistakes_are_told_at_once(tmp_path: Path) -> None:
    error = refuse(tmp_path, "actors:\n  - id: 1\n  - id: 2\n")
    assert error.line == 2
    assert "line 3" in error.reason


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none\.yaml: cannot be read \(No such file"):
        load_yaml(tmp_path / "none.yaml", Watchlist)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        load_yaml(tmp_path, Watchlist)


def test_json_with_tabs_and_surrogate_pairs_is_read_as_json(tmp_path: Path) -> None:
    path = tmp_path / "watchlist.json"
    path.write_text('{\n\t"actors": [{"id": "\\ud83d\\ude00"}]}', encoding="utf-8")
    assert load_yaml(path, Watchlist).actors[0].id == "😀"


def test_lines_are_known_for_later_checks(tmp_path: Path) -> None:
    path = tmp_path / "watchlist.yaml"
    path.write_text("actors:\n  - id: a\n    aliases:\n      - x\n", encoding="utf-8")
    _, lines = load_yaml_with_lines(path, Watchlist)
    assert [lines.of(place) for place in [("actors",), ("actors", 0, "id"), ("actors", 0, "aliases", 0)]] == [
        1,
        2,
        4,
    ]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_any_json_gives_a_watchlist_or_a_user_error(
    tmp_path_factory: pytest.TempPathFactory, value: object
) -> None:
    path = tmp_path_factory.mktemp("json") / "w.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    with suppress(UserError):
        load_yaml(path, Watchlist)


@given(st.text())
def test_any_text_gives_a_watchlist_or_a_user_error(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("text") / "w.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with suppress(UserError):
        load_yaml(path, Watchlist)


def test_an_anchor_that_holds_itself_ends_in_an_error_not_for_ever(tmp_path: Path) -> None:
    assert refuse(tmp_path, "actors: &a\n  - *a\n").reason
