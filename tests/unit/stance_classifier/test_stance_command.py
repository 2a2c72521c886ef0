"""`stancewatch stance`: JSON Lines in, JSON Lines out."""

import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from stance_classifier.model.base import Probabilities, StanceAnswer, StanceQuestion
from stance_classifier.stance_command import BATCH_LINES, answer_all, read_lines, stance
from stancewatch_shared.errors import UserError

LINE = {"id": "a", "actor": "Lindt", "proposition": "Build the bridge.", "text": "Lindt: build it."}


class EchoModel:
    """Supports whatever is longer than ten characters; remembers how much it was asked at once."""

    name, version = "echo", "1"

    def __init__(self) -> None:
        self.batches: list[int] = []

    def judge(self, questions: Sequence[StanceQuestion]) -> list[StanceAnswer]:
        self.batches.append(len(questions))
        yes, no = Probabilities(0.7, 0.1, 0.1, 0.1), Probabilities(0.0, 0.0, 0.0, 1.0)
        return [StanceAnswer(yes if len(q.passage) > 10 else no, conditional=0.9) for q in questions]


def test_each_line_is_answered_under_its_id_in_order() -> None:
    lines = [json.dumps({**LINE, "id": n, "text": "x" * (n % 20 + 1)}) for n in range(BATCH_LINES + 5)]
    model, out = EchoModel(), io.StringIO()

    answer_all(list(read_lines(lines, "in")), model, out)

    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [row["id"] for row in rows] == list(range(BATCH_LINES + 5))
    assert [row["stance"] for row in rows[8:12]] == ["none", "none", "support", "support"]
    assert model.batches == [BATCH_LINES, 5]


def test_an_answer_has_the_fields_of_the_contract() -> None:
    out = io.StringIO()

    answer_all(list(read_lines([json.dumps(LINE)], "in")), EchoModel(), out)

    assert json.loads(out.getvalue()) == {
        "id": "a",
        "stance": "support",
        "probabilities": {"support": 0.7, "oppose": 0.1, "neutral": 0.1, "none": 0.1},
        "conditional": True,
        "abstained": False,
    }


def test_blank_lines_are_skipped() -> None:
    assert len(list(read_lines(["\n", json.dumps(LINE), "  \n"], "in"))) == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        (json.dumps({**LINE, "actor": 5}), "`actor`"),
        (json.dumps({**LINE, "text": " "}), "`text`"),
        (json.dumps({key: LINE[key] for key in ("id", "actor", "text")}), "`proposition`"),
        (json.dumps({key: LINE[key] for key in ("actor", "proposition", "text")}), "`id`"),
        (json.dumps({**LINE, "id": {}}), "`id`"),
    ],
)
def test_a_bad_line_is_named_with_its_reason(line: str, reason: str) -> None:
    with pytest.raises(UserError, match=reason) as raised:
        list(read_lines([json.dumps(LINE), line], "questions.jsonl"))

    assert str(raised.value).startswith("questions.jsonl:2: ")


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    file = tmp_path / "latin.jsonl"
    file.write_bytes(json.dumps(LINE).encode() + b"\n\xe9\n")

    result = CliRunner().invoke(stance, [str(file)])

    assert isinstance(result.exception, UserError)
    assert "not UTF-8" in str(result.exception)


def test_help_shows_an_example() -> None:
    result = CliRunner().invoke(stance, ["--help"])

    assert result.exit_code == 0
    assert "probabilities" in result.output
