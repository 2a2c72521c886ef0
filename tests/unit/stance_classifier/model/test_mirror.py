"""One answer from the proposition's and its opposite's."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stance_classifier.model.base import Probabilities
from stance_classifier.model.mirror import Calibration, mirror, sigmoid

SUPPORT = [4.0, 0.0, 0.0, 0.0, -5.0, -5.0]
OPPOSE = [0.0, 4.0, 0.0, 0.0, -5.0, -5.0]
SCORES = st.lists(st.floats(-20, 20), min_size=6, max_size=6)


def test_mirrored_answers_are_averaged() -> None:
    answer = mirror(SUPPORT, OPPOSE, Calibration())

    assert answer.stance == "support"
    assert not answer.abstained
    assert answer.probabilities.support == pytest.approx(0.948, abs=1e-3)


def test_answers_that_contradict_each_other_abstain_with_both_signs_equally_likely() -> None:
    answer = mirror([5.0, *SUPPORT[1:]], SUPPORT, Calibration())

    assert answer.abstained
    assert answer.note is not None
    assert answer.probabilities.support == answer.probabilities.oppose


def test_an_answer_below_the_least_chance_abstains() -> None:
    assert mirror(
        [1.0, 0.0, 0.9, 0.9, 0.0, 0.0], [0.0, 1.0, 0.9, 0.9, 0.0, 0.0], Calibration(abstain_below=0.6)
    ).abstained


def test_a_high_temperature_makes_less_sure() -> None:
    hot = mirror(SUPPORT, OPPOSE, Calibration(temperature=2.0))

    assert 0.6 < hot.probabilities.support < 0.9


@given(SCORES, SCORES)
def test_asking_the_opposite_proposition_turns_the_answer(asked: list[float], opposite: list[float]) -> None:
    assume(all(len({round(score, 3) for score in scores[:4]}) == 4 for scores in (asked, opposite)))
    one, other = mirror(asked, opposite, Calibration()), mirror(opposite, asked, Calibration())

    assert other.probabilities.support == pytest.approx(one.probabilities.oppose)
    assert other.probabilities.none == pytest.approx(one.probabilities.none)


@given(SCORES, SCORES)
def test_chances_sum_to_one(asked: list[float], opposite: list[float]) -> None:
    chances = mirror(asked, opposite, Calibration(temperature=0.5, bias=(1.0, 0.0, -1.0, 0.0))).probabilities

    assert sum(chances.as_dict().values()) == pytest.approx(1.0)


def test_sigmoid_does_not_overflow() -> None:
    assert sigmoid(-1000.0) == 0.0
    assert sigmoid(1000.0) == 1.0


def test_probabilities_need_four_chances() -> None:
    with pytest.raises(ValueError, match="not four chances"):
        Probabilities.of([0.5, 0.5])
