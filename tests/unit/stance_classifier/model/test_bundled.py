"""The bundled model: what it answers, in which order, and what it refuses to load."""

from pathlib import Path

import pytest
from stance_classifier.model.base import StanceQuestion
from stance_classifier.model.bundled import MAX_BATCH, BundledModel
from stance_classifier.model.load import load_model
from stancewatch_shared.errors import UserError

from tests.unit.stance_classifier.model.tiny_model import write_bundle

BACKS = {
    "backs": [6.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    "wrong": [-6.0, 6.0, 0.0, 0.0, 0.0, 0.0],
    "undecided": [0.0, 0.0, 9.0, 0.0, 0.0, 0.0],
    "says": [0.0, 0.0, 0.0, 9.0, 0.0, 0.0],
    "if": [0.0, 0.0, 0.0, 0.0, 8.0, -8.0],
    "once": [0.0, 0.0, 0.0, 0.0, -8.0, 8.0],
}


def ask(passage: str, proposition: str = "Lindt is right to build.") -> StanceQuestion:
    return StanceQuestion("Lindt", proposition, passage)


def test_answers_a_proposition_and_its_opposite_alike(tmp_path: Path) -> None:
    model = BundledModel(write_bundle(tmp_path, BACKS))

    straight, opposite = model.judge([ask("Lindt backs."), ask("Lindt backs.", "Lindt is wrong to build.")])

    assert (straight.stance, opposite.stance) == ("support", "oppose")
    assert not straight.abstained


def test_abstains_where_the_model_overlooks_that_the_proposition_was_turned(tmp_path: Path) -> None:
    model = BundledModel(write_bundle(tmp_path, {"backs": BACKS["backs"]}))

    assert model.judge([ask("Lindt backs.")])[0].abstained


def test_conditions_and_earlier_positions_are_told(tmp_path: Path) -> None:
    model = BundledModel(write_bundle(tmp_path, BACKS))

    conditional, past = model.judge([ask("Lindt backs if."), ask("Lindt once backs.")])

    assert (conditional.is_conditional, conditional.is_past) == (True, False)
    assert (past.is_conditional, past.is_past) == (False, True)


def test_answers_keep_the_order_of_the_questions_over_batches_of_different_lengths(tmp_path: Path) -> None:
    model = BundledModel(write_bundle(tmp_path, BACKS))
    words = ["backs", "undecided", "says"]
    questions = [ask(f"Lindt {words[n % 3]}" + " rain" * (n % 7)) for n in range(3 * MAX_BATCH)]

    answers = model.judge(questions)

    assert [answer.stance for answer in answers] == ["support", "neutral", "none"] * MAX_BATCH


def test_no_questions_no_answers(tmp_path: Path) -> None:
    assert BundledModel(write_bundle(tmp_path, BACKS)).judge([]) == []


def test_a_model_file_that_was_changed_is_refused(tmp_path: Path) -> None:
    write_bundle(tmp_path, BACKS)
    (tmp_path / "model.onnx").write_bytes(b"changed")

    with pytest.raises(UserError, match="does not match"):
        BundledModel(tmp_path).judge([ask("Lindt backs.")])


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="STANCEWATCH_MODEL_DIR"):
        load_model("bundled", {"STANCEWATCH_MODEL_DIR": str(tmp_path / "absent")})


def test_the_folder_comes_from_the_environment(tmp_path: Path) -> None:
    model = load_model("bundled", {"STANCEWATCH_MODEL_DIR": str(write_bundle(tmp_path, BACKS))})

    assert (model.name, model.version) == ("tiny", "7")


@pytest.mark.parametrize("spec", ["", "hub:", "judge:llama", "judge:@http://x", "judge:m@ftp://x", "gpt"])
def test_an_unknown_spec_is_refused_with_what_to_write(spec: str) -> None:
    with pytest.raises(UserError):
        load_model(spec, {})


def test_span_outside_the_passage_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the passage"):
        StanceQuestion("Lindt", "Build.", "short", (0, 99))
