"""The gate itself: floors can't sink in silence."""

import pytest

from tests.quality.gate import below_floor, updated
from tests.quality.intervals import bootstrap
from tests.quality.stance_scores import Judgement, calibration_error, macro_f1
from tests.quality.story_scores import StoryOutcome, f1, kept_quiet, precision

CHANGE = ("nuri", "harbour", "oppose", "support", "a2")
FLOORS = {"corpus": "abc", "floors": {"stories precision": 0.9, "calibration error": 0.05}}


def outcome(
    expected: set[tuple[str, str, str, str, str]], found: set[tuple[str, str, str, str, str]]
) -> StoryOutcome:
    return StoryOutcome("s", (), frozenset(expected), frozenset(found))


def test_a_figure_under_its_floor_is_named() -> None:
    assert below_floor({"stories precision": 0.8, "calibration error": 0.04}, FLOORS["floors"]) == [
        "stories precision: 0.800, floor 0.900"
    ]


def test_the_calibration_error_must_not_rise() -> None:
    assert below_floor({"stories precision": 0.95, "calibration error": 0.09}, FLOORS["floors"]) != []


def test_a_floor_does_not_sink_without_a_reason() -> None:
    with pytest.raises(ValueError, match="--lower"):
        updated(FLOORS, {"stories precision": 0.8, "calibration error": 0.04}, "abc", None)


def test_another_corpus_needs_a_reason_too() -> None:
    with pytest.raises(ValueError, match="corpus"):
        updated(FLOORS, {"stories precision": 0.95, "calibration error": 0.04}, "def", None)


def test_the_reason_is_kept_beside_the_floor() -> None:
    kept = updated(FLOORS, {"stories precision": 0.8, "calibration error": 0.04}, "def", "harder stories")
    assert (kept["corpus"], kept["reasons"]) == ("def", ["harder stories"])


def test_a_false_change_costs_precision_and_quiet() -> None:
    outcomes = [outcome({CHANGE}, {CHANGE}), outcome(set(), {CHANGE})]
    assert (precision(outcomes), kept_quiet(outcomes)) == (0.5, 0.0)


def test_nothing_found_is_no_precision_lost() -> None:
    assert (precision([outcome({CHANGE}, set())]), f1([outcome({CHANGE}, set())])) == (1.0, 0.0)


def test_macro_f1_counts_all_four_classes() -> None:
    judged = [Judgement("i", label, label, 0.9, False) for label in ("support", "oppose", "neutral")]
    assert macro_f1(judged) == pytest.approx(0.75)


def test_calibration_error_is_the_gap_between_sure_and_right() -> None:
    judged = [
        Judgement("i", "support", "support", 0.85, False),
        Judgement("i", "oppose", "support", 0.85, False),
    ]
    assert calibration_error(judged) == pytest.approx(0.35)


def test_the_interval_holds_the_figure() -> None:
    measured = bootstrap([0.0, 1.0, 1.0, 1.0], lambda values: sum(values) / len(values))
    assert measured.low <= measured.value <= measured.high
