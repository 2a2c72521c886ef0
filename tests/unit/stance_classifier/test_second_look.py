"""Two looks at one utterance."""

import pytest
from stance_classifier.model.base import Probabilities, StanceAnswer
from stance_classifier.second_look import combine


def answer(support: float, oppose: float, neutral: float, none: float) -> StanceAnswer:
    return StanceAnswer(Probabilities(support, oppose, neutral, none))


def test_whether_it_is_a_position_is_left_to_the_marked_words() -> None:
    assert combine(
        answer(0.5, 0.2, 0.1, 0.2), answer(0.1, 0.8, 0.05, 0.05)
    ).probabilities.none == pytest.approx(0.2)


def test_the_sign_follows_the_surer_look() -> None:
    assert combine(answer(0.45, 0.35, 0.1, 0.1), answer(0.1, 0.8, 0.05, 0.05)).stance == "oppose"


def test_a_passage_without_a_position_changes_nothing() -> None:
    marked = answer(0.5, 0.2, 0.1, 0.2)
    assert combine(marked, answer(0.0, 0.1, 0.0, 0.9)) == marked
