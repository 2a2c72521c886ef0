"""The order of what is learnt, and what a stage is resumed by."""

import json
from pathlib import Path

import pytest
from stance_training.checkpoints import Checkpoint, stages_done
from stance_training.corpus import CORPUS, load_items, load_stories
from stance_training.stages import TURNED, Recipe, at, first_stage, limited, part_of, second_stage


@pytest.fixture(scope="module")
def epochs() -> list[list[str]]:
    """How each question of the second stage was made, by epoch, without public sets."""
    return [[one.how for one in phase] for phase in second_stage(CORPUS, None, Recipe(share=0.05, epochs=2))]


def test_each_epoch_mixes_the_corpus_with_patterns(epochs: list[list[str]]) -> None:
    assert len(epochs) == 2
    for made in epochs:
        assert {"own", "plain", "cut", "story", "asked", "pattern"} <= set(made)
        assert made.count("pattern") == 400
        assert "public" not in made


def test_without_public_sets_the_first_stage_has_patterns_and_short_passages() -> None:
    (phase,) = first_stage(CORPUS, None, Recipe(share=0.05))

    assert {one.kind for one in phase} == {"pattern", "statement"}


def test_a_limit_holds_for_every_stage() -> None:
    recipe = Recipe(share=0.05, epochs=2, limit=30)

    assert [len(phase) for phase in first_stage(CORPUS, None, recipe)] == [30]
    assert [len(phase) for phase in second_stage(CORPUS, None, recipe)] == [15, 15]


def test_no_question_of_a_stage_comes_from_another_split_than_train() -> None:
    trained = {item.issue for item in load_items(CORPUS, "train")}
    trained |= {f"story/{story['id']}" for story in load_stories(CORPUS, "train")}

    phases = second_stage(CORPUS, None, Recipe(share=0.2, epochs=1))

    assert {one.issue for phase in phases for one in phase if one.kind != "pattern"} <= trained


def test_later_epochs_ask_more_from_the_other_side_and_then_as_much() -> None:
    assert [at(TURNED, epoch) for epoch in range(6)] == [0.2, 0.3, 0.4, 0.45, 0.45, 0.45]


def test_a_limit_divided_is_never_nothing() -> None:
    assert [part_of(None, 2), part_of(60, 2), part_of(1, 2)] == [None, 30, 1]


def test_fewer_than_the_limit_stay_as_they_are() -> None:
    assert limited([], 5) == []


def test_a_stage_counts_as_done_only_where_it_was_made_alike(tmp_path: Path) -> None:
    path = tmp_path / "stage1.pt"
    path.write_bytes(b"weights")
    path.with_suffix(".json").write_text(json.dumps({"seed": 0, "limit": None}))

    assert Checkpoint(path, {"seed": 0, "limit": None}).is_done()
    assert not Checkpoint(path, {"seed": 1, "limit": None}).is_done()


@pytest.mark.parametrize("note", [None, "{half"])
def test_weights_that_nothing_vouches_for_are_trained_again(tmp_path: Path, note: str | None) -> None:
    path = tmp_path / "stage1.pt"
    path.write_bytes(b"weights")
    if note is not None:
        path.with_suffix(".json").write_text(note)

    assert not Checkpoint(path, {"seed": 0}).is_done()


def test_training_goes_on_after_the_last_finished_stage(tmp_path: Path) -> None:
    first, second = (Checkpoint(tmp_path / f"stage{number}.pt", {"seed": 0}) for number in (1, 2))
    assert stages_done([first, second]) == 0

    second.path.write_bytes(b"weights")
    second.note.write_text(json.dumps({"seed": 0}))

    assert stages_done([first, second]) == 2
