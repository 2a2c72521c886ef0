"""Where examples come from: corpus files, patterns, public sets."""

from pathlib import Path

import pytest
from stance_training.corpus import load_items
from stance_training.examples import FLIPPED
from stance_training.patterns import build_patterns
from stance_training.public_pairs import (
    FIRST_STAGE,
    VARIABLE,
    first_stage_pairs,
    public_folder,
    second_stage_pairs,
)
from stancewatch_shared.errors import UserError

from tests.unit.stance_training.builders import passage_row, write_lines

MEASURE = {
    "id": "m1",
    "proposition": "Harbourtown should scrap the toll",
    "negation": "Harbourtown should keep the toll",
    "do_gerund": "scrapping the toll",
    "do_infinitive": "scrap the toll",
    "do_noun": "an end to the toll",
    "undo_gerund": "keeping the toll",
    "undo_infinitive": "keep the toll",
    "undo_noun": "the toll",
}


@pytest.fixture
def public(tmp_path: Path) -> Path:
    """Every set with three texts."""
    for name in FIRST_STAGE:
        rows = [
            {"text": f"{name} {number}", "target": "We should ban it", "label": label}
            for number, label in enumerate(("support", "oppose", "neither"))
        ]
        write_lines(tmp_path / name / "train.jsonl", rows)
    return tmp_path


def test_only_the_rows_of_the_split_are_read(tmp_path: Path) -> None:
    rows = [passage_row(), passage_row("test"), passage_row("dev")]
    write_lines(tmp_path / "passages" / "a.jsonl", rows)

    assert [item.split for item in load_items(tmp_path, "train")] == ["train"]


def test_a_quote_that_is_not_in_the_text_is_refused_with_its_line(tmp_path: Path) -> None:
    rows = [passage_row(), passage_row(text="Something else.")]
    path = write_lines(tmp_path / "passages" / "a.jsonl", rows)

    with pytest.raises(UserError, match=f"{path}:2: bad label or quote for Ora Bell"):
        load_items(tmp_path, "train")


def test_a_line_that_is_not_json_is_refused_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "passages" / "a.jsonl"
    path.parent.mkdir()
    path.write_text("\n{oops\n")

    with pytest.raises(UserError, match=r"a\.jsonl:2: not JSON"):
        load_items(tmp_path, "train")


def test_patterns_begin_with_one_pole_and_the_affirmative_side(tmp_path: Path) -> None:
    write_lines(tmp_path / "measures.jsonl", [MEASURE])
    write_lines(
        tmp_path / "patterns.jsonl", [{"text": "{A} is for {GER}.", "toward_measure": "support", "id": "p"}]
    )

    made = build_patterns(tmp_path, 20, 0.0, seed=1)

    assert {(one.proposition, one.label) for one in made} == {("Harbourtown should keep the toll.", "oppose")}
    assert all(one.text == f"{one.actor} is for scrapping the toll." for one in made)


def test_turned_patterns_agree_with_their_words(tmp_path: Path) -> None:
    write_lines(tmp_path / "measures.jsonl", [MEASURE])
    write_lines(
        tmp_path / "patterns.jsonl", [{"text": "{A} is for {GER}.", "toward_measure": "support", "id": "p"}]
    )

    made = build_patterns(tmp_path, 200, 0.5, seed=1)

    assert {one.proposition for one in made} == {"Harbourtown should keep the toll."}
    assert all((one.label == "support") == ("keeping" in one.text) for one in made)
    assert {one.label for one in made} == {"support", "oppose"}


def test_public_pairs_are_plain_texts_without_an_actor(public: Path) -> None:
    pairs = first_stage_pairs(public)

    assert len(pairs) == 3 * len(FIRST_STAGE)
    assert {(one.actor, one.span) for one in pairs} == {("", None)}
    assert {one.label for one in pairs} <= set(FLIPPED)


def test_a_text_that_two_sets_share_is_learnt_once(public: Path) -> None:
    shared = {"text": "IBM_argq30k 0 ", "target": "We should ban it", "label": "support"}
    write_lines(public / "valueeval" / "train.jsonl", [shared])

    assert len(first_stage_pairs(public)) == 3 * (len(FIRST_STAGE) - 1)


def test_doubtful_labels_are_left_out(public: Path) -> None:
    doubtful = {"text": "x", "target": "We should ban it", "label": "support", "stance_conf": 0.6}
    write_lines(public / "ibm_argq30k" / "train.jsonl", [doubtful])

    assert all(one.text != "x" for one in first_stage_pairs(public))


def test_the_second_stage_takes_only_pairs_with_a_side_and_lets_them_weigh_less(public: Path) -> None:
    pairs = second_stage_pairs(public)

    assert {one.label for one in pairs} <= {"support", "oppose"}
    assert {one.weight for one in pairs} == {0.7}
    assert not [one for one in pairs if one.text.startswith("nli")]


def test_without_a_folder_there_are_no_public_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)

    assert public_folder(None) is None


def test_the_variable_names_the_folder(public: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(public))

    assert public_folder(None) == public


def test_a_folder_that_lacks_a_set_is_refused_by_name(public: Path) -> None:
    (public / "perspectrum" / "train.jsonl").unlink()

    with pytest.raises(UserError, match="missing sets: perspectrum"):
        public_folder(public)


def test_a_pair_with_an_unknown_label_is_refused_with_its_line(public: Path) -> None:
    path = write_lines(public / "perspectrum" / "train.jsonl", [{"text": "x", "target": "y", "label": "yes"}])

    with pytest.raises(UserError, match=f"{path}:1: needs text, target, and a label"):
        first_stage_pairs(public)
