"""What a second reader is asked about a change, and what its answers make of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from stance_classifier.model.base import Label, Probabilities, StanceAnswer, StanceQuestion
from stance_classifier.positions import PositionState, apply
from stance_classifier.verify_changes import questions_of, verify_change
from stancewatch_schemas.models import StanceChange, Verification

from tests.unit.stance_classifier.builders import HARBOUR, MONDAY, ToldModel, statement

OLD, NEW = "oppose in the words of a1", "support in the words of a2"
PASSAGE = f"“{NEW},” Nuri told the council."


def change(old: str = "oppose", new: str = "support") -> StanceChange:
    before = apply(PositionState.empty(), statement(old)).state
    later = statement(new, article_id="a2", said_at=MONDAY + timedelta(days=9))
    [found] = apply(before, later).changes
    return found


def answer(stance: Label, *, past: bool = False) -> StanceAnswer:
    chances = [0.94 if label == stance else 0.02 for label in ("support", "oppose", "neutral", "none")]
    return StanceAnswer(Probabilities.of(chances), past=float(past))


def silent(note: str | None) -> StanceAnswer:
    return StanceAnswer(Probabilities(0.25, 0.25, 0.25, 0.25), abstained=True, verified=False, note=note)


class Answers:
    """Gives these answers about the previous and the new words."""

    name, version = "judge:told", "prompt-1"

    def __init__(self, previous: StanceAnswer, new: StanceAnswer) -> None:
        self._answers = [previous, new]

    def judge(self, questions: Sequence[StanceQuestion]) -> list[StanceAnswer]:
        return self._answers


def word_on(previous: StanceAnswer, new: StanceAnswer, context: str = PASSAGE) -> tuple[str, str]:
    found = verify_change(change(), context, Answers(previous, new)).verification
    assert found is not None
    return found.verdict, found.note


def test_each_side_is_asked_about_with_actor_and_proposition() -> None:
    previous, new = questions_of(change(), PASSAGE)
    assert (previous.actor, previous.proposition) == ("Selma Nuri", HARBOUR.proposition)
    assert (previous.passage, previous.span) == (OLD, None)
    assert (new.passage, new.passage[slice(*(new.span or (0, 0)))]) == (PASSAGE, NEW)


@pytest.mark.parametrize("context", ["", "A passage that holds other words."])
def test_without_its_passage_a_quote_is_asked_about_alone(context: str) -> None:
    assert [question.passage for question in questions_of(change(), context)] == [OLD, NEW]


def test_the_previous_words_are_not_looked_for_in_another_article() -> None:
    assert questions_of(change(), f"{OLD}. {NEW}")[0].span is None


def test_both_sides_read_alike_confirm() -> None:
    assert word_on(answer("oppose"), answer("support")) == ("confirmed", "")


@pytest.mark.parametrize(
    ("previous", "new", "note"),
    [
        (answer("oppose"), answer("oppose"), "it reads the new words as oppose"),
        (answer("neutral"), answer("support"), "it reads the previous words as neutral"),
        (answer("oppose"), answer("none"), "it reads the new words as no position of the actor"),
        (answer("oppose"), answer("support", past=True), "it reads the new words as an earlier position"),
        (silent("not verified: the judge is busy"), answer("neutral"), "it reads the new words as neutral"),
    ],
)
def test_one_side_read_otherwise_disputes(previous: StanceAnswer, new: StanceAnswer, note: str) -> None:
    assert word_on(previous, new) == ("disputed", note)


@pytest.mark.parametrize(
    ("previous", "new", "note"),
    [
        (answer("oppose"), silent("not verified: the judge is busy"), "the judge is busy"),
        (silent(None), silent(None), "it can't tell"),
        (answer("none"), answer("support"), "the previous words alone don't show it whose position they are"),
    ],
)
def test_a_side_without_an_answer_is_not_verified(
    previous: StanceAnswer, new: StanceAnswer, note: str
) -> None:
    assert word_on(previous, new) == ("not_verified", note)


def test_only_the_word_is_added_to_the_change() -> None:
    found = change()
    verified = verify_change(found, PASSAGE, ToldModel({"support": "support", "oppose": "oppose"}))
    assert verified.verification == Verification(by="told 1", verdict="confirmed")
    assert verified.model_copy(update={"verification": None}) == found


def test_an_amendment_is_not_asked_about() -> None:
    model = ToldModel({})
    amendment = change().model_copy(update={"event": "corroborated"})
    assert verify_change(amendment, PASSAGE, model) is amendment
    assert model.asked == []


def test_a_second_reader_that_breaks_stops_nothing() -> None:
    class Broken(Answers):
        def judge(self, questions: Sequence[StanceQuestion]) -> list[StanceAnswer]:
            raise OSError("disk full")

    found = verify_change(change(), PASSAGE, Broken(answer("oppose"), answer("support"))).verification
    assert found == Verification(
        by="judge:told prompt-1", verdict="not_verified", note="the second reader failed (OSError)"
    )
