"""The editor's file: errors name file, line and reason."""

from pathlib import Path

import pytest
from stance_classifier.watchlist import load_watchlist
from stancewatch_shared.errors import UserError

GOOD = """\
actors:
  - {id: nuri, name: Selma Nuri, aliases: [Mayor Nuri]}
issues:
  - id: harbour
    name: Harbour wall
    proposition: The town should build the harbour wall
    keywords: [wall, harbour*]
"""


def load(folder: Path, text: str) -> None:
    path = folder / "watchlist.yaml"
    path.write_text(text, encoding="utf-8")
    load_watchlist(path)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    load(tmp_path, GOOD)


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        (GOOD.replace("keywords", "keyword"), 7, "keyword"),
        (GOOD.replace("id: harbour", "id: a|b"), None, "|"),
        (GOOD.replace("    name: Harbour wall\n", ""), None, "name"),
        ("actors: []\nissues: []\n", None, "actors"),
        ("actors: [\n", None, ""),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(
    tmp_path: Path, text: str, line: int | None, word: str
) -> None:
    with pytest.raises(UserError) as refused:
        load(tmp_path, text)
    assert refused.value.file is not None
    assert word in str(refused.value)
    if line is not None:
        assert refused.value.line == line


def test_an_issue_must_not_name_an_unknown_actor(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nobody"):
        load(tmp_path, GOOD + "    actors: [nobody]\n")
