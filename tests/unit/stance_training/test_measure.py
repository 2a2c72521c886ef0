"""Figures, and the part of calibration that is arithmetic."""

import numpy as np
import pytest
from stance_training import measure
from stance_training.calibrate import apply, side_bias

SUPPORT, OPPOSE = [4.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 4.0, 0.0, 0.0, 0.0, 0.0]


def test_the_answer_to_the_opposite_is_turned_before_it_is_joined() -> None:
    chances = measure.mirrored(np.array([SUPPORT]), np.array([OPPOSE]), [False])

    assert chances[0, 0] > 0.9
    assert chances.sum() == pytest.approx(1)


def test_a_proposition_asked_from_its_other_side_turns_the_answer_back() -> None:
    chances = measure.mirrored(np.array([SUPPORT]), np.array([OPPOSE]), [True])

    assert chances[0].argmax() == 1


def test_the_share_weighs_the_opposite() -> None:
    alone = measure.mirrored(np.array([SUPPORT]), np.array([SUPPORT]), [False], share=0.0)
    even = measure.mirrored(np.array([SUPPORT]), np.array([SUPPORT]), [False], share=0.5)

    assert alone[0, 0] > 0.9
    assert even[0, 0] == pytest.approx(even[0, 1])


def test_answers_agree_where_the_opposite_points_the_other_way() -> None:
    asked, opposite = np.array([SUPPORT, SUPPORT, SUPPORT]), np.array([OPPOSE, SUPPORT, SUPPORT])

    assert measure.mirror_agreement(asked, opposite, np.array([0, 1, 3])) == 0.5


def test_figures_of_a_perfect_reader() -> None:
    chances = np.eye(4)[[0, 1, 2, 3, 0]]

    found = measure.figures(chances, np.array([0, 1, 2, 3, 0]))

    assert (found["accuracy"], found["macro_f1"], found["sign"], found["claimed_right"]) == (1, 1, 1, 1)


def test_figures_without_a_claimed_position_have_no_share_right() -> None:
    found = measure.figures(np.eye(4)[[3, 3]], np.array([3, 2]))

    assert np.isnan(found["claimed_right"])
    assert np.isnan(found["sign"])


def test_a_temperature_above_one_makes_chances_less_sure() -> None:
    chances = np.array([[0.9, 0.05, 0.03, 0.02]])

    assert apply(chances, 2.0, [0.0] * 4)[0, 0] < 0.9


def test_the_side_bias_parts_yes_from_no() -> None:
    scores, truth = np.linspace(-4, 2, 100), np.array([0] * 80 + [1] * 20)

    bias = side_bias(scores, truth)

    assert measure.f1((scores + bias > -1e-9).astype(int), truth, 1) > 0.95


def test_side_answers_that_are_not_known_do_not_count() -> None:
    scores = np.array([-1.0, 1.0, 9.0])

    assert side_bias(scores, np.array([0, 1, -1])) == side_bias(scores[:2], np.array([0, 1]))


def test_without_a_yes_to_learn_from_the_bias_stays_at_zero() -> None:
    assert side_bias(np.array([1.0, 2.0]), np.array([0, 0])) == 0.0
