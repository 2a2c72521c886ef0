"""The filter: one clear statement is enough, noise is not."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from stance_classifier.position_filter import (
    FilterSettings,
    Observation,
    change_probability,
    forward,
    hazard,
    likelihoods,
)

from tests.unit.stance_classifier.builders import MONDAY

CLEAR_YES, CLEAR_NO = (0.95, 0.02, 0.03), (0.02, 0.95, 0.03)
SETTINGS = FilterSettings()
chances = st.floats(0.001, 1.0)


def said(day: int, values: tuple[float, float, float]) -> Observation:
    return Observation(MONDAY + timedelta(days=day), values)


def test_one_clear_statement_against_a_clear_position_is_a_change() -> None:
    seen = [said(0, CLEAR_YES), said(30, CLEAR_NO)]
    assert change_probability(seen, 0, "support", "oppose", SETTINGS) > SETTINGS.announce_threshold


def test_a_doubtful_statement_is_not() -> None:
    seen = [said(0, CLEAR_YES), said(30, (0.3, 0.5, 0.2))]
    assert change_probability(seen, 0, "support", "oppose", SETTINGS) < SETTINGS.announce_threshold


def test_more_time_makes_a_change_more_likely() -> None:
    assert hazard(400, SETTINGS) > hazard(1, SETTINGS) >= SETTINGS.hazard_floor


def test_words_that_may_not_be_the_actors_weigh_little() -> None:
    values = likelihoods({"support": 0.9, "oppose": 0.05, "neutral": 0.05}, 0.1)
    assert max(values) / min(values) < 1.5


@given(st.lists(st.tuples(chances, chances, chances), min_size=1, max_size=12))
def test_posteriors_are_probabilities(rows: list[tuple[float, float, float]]) -> None:
    for posterior in forward([said(i, row) for i, row in enumerate(rows)], SETTINGS):
        assert abs(sum(posterior) - 1) < 1e-9
        assert all(0 <= value <= 1 for value in posterior)
