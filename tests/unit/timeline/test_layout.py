"""The waterfall, the picture, the ticks and the words: pure, so told by examples and properties."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from timeline.links import actor_link, change_link, timeline_link, with_query
from timeline.picture import Said, draw
from timeline.read_model.error_rate import summarise, wilson_interval
from timeline.read_model.positions import Position
from timeline.ticks import make_ticks
from timeline.waterfall import make_waterfall, odds_in_bits
from timeline.wording import (
    confidence_words,
    date_text,
    odds_text,
    percent,
    reason_text,
    signed,
    stance_label,
)

from tests.unit.timeline.messages import change, evidence


def held(stance: str, since: str, change_id: str | None = None, conditional: bool = False) -> Position:
    return Position(stance, conditional, since, "words", "Post", "", change_id)


# --- waterfall ------------------------------------------------------------------------------------


def test_the_bars_add_up_to_the_confidence() -> None:
    steps = make_waterfall(change()).steps
    assert steps[0].bits + sum(step.bits for step in steps[1:-1]) == pytest.approx(steps[-1].bits)
    assert steps[-1].bits == pytest.approx(odds_in_bits(0.97))


def test_each_step_says_what_it_is() -> None:
    pieces = [
        evidence("a", "oppose", -1.0),
        evidence("b", "support", 2.0),
        evidence("c", "support", 0.0, copy_of="b"),
    ]
    kinds = [step.kind for step in make_waterfall(change(evidence=pieces)).steps]
    assert kinds == ["start", "against", "for", "copy", "end"]


@given(st.floats(0, 1), st.lists(st.floats(-60, 60), min_size=1, max_size=40))
def test_every_bar_lies_within_the_drawing(confidence: float, bits: list[float]) -> None:
    pieces = [evidence(f"e{n}", "support", value) for n, value in enumerate(bits)]
    drawn = make_waterfall(change(confidence=confidence, evidence=pieces))
    assert all(step.left >= 0 and step.left + step.width <= 100.5 for step in drawn.steps)
    assert 0 <= drawn.zero <= 100


# --- picture --------------------------------------------------------------------------------------


def test_nothing_known_is_nothing_drawn() -> None:
    assert draw([], [], 960) is None


def test_bands_follow_each_other_to_the_right_edge() -> None:
    picture = draw(
        [held("oppose", "2024-01-01T00:00:00Z"), held("support", "2024-06-01T00:00:00Z", "c1")], [], 960
    )
    assert picture is not None
    first, second = picture.bands
    assert first.x + first.width == pytest.approx(second.x, abs=0.2)
    assert second.x + second.width == pytest.approx(picture.right, abs=0.2)
    assert (first.number, second.number) == (0, 1)
    assert first.y > second.y


def test_a_dropped_condition_is_a_band_but_no_further_change() -> None:
    positions = [
        held("oppose", "2024-01-01T00:00:00Z"),
        held("support", "2024-06-01T00:00:00Z", "c1", conditional=True),
        held("support", "2024-09-01T00:00:00Z", "c1"),
        held("oppose", "2024-12-01T00:00:00Z", "c2"),
    ]
    picture = draw(positions, [], 960)
    assert picture is not None
    assert [band.number for band in picture.bands] == [0, 1, 0, 2]


def test_a_position_decided_late_never_runs_backwards() -> None:
    picture = draw(
        [held("oppose", "2024-06-01T00:00:00Z"), held("support", "2024-01-01T00:00:00Z", "c1")], [], 960
    )
    assert picture is not None
    assert picture.bands[1].x >= picture.bands[0].x


def test_statements_of_a_day_are_one_mark_that_says_how_many() -> None:
    said = [
        Said("2024-01-01T12:00:00Z", "oppose", "counts", 3, "Post"),
        Said("2024-06-01T12:00:00Z", "support", "struck", 1, "Echo"),
    ]
    picture = draw([], said, 360)
    assert picture is not None
    labels = sorted(mark.label for mark in picture.marks)
    assert labels == ["Opposes, counted: 3 statements, 1 Jan 2024", "Supports, struck: Echo, 1 Jun 2024"]


@given(
    st.lists(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)), min_size=1, max_size=12),
    st.sampled_from([360, 960]),
)
def test_everything_lies_within_the_drawing(moments: list[datetime], width: int) -> None:
    stamps = [f"{moment.isoformat(timespec='seconds')}Z" for moment in sorted(moments)]
    positions = [
        held(("support", "oppose", "neutral")[n % 3], stamp, f"c{n}") for n, stamp in enumerate(stamps)
    ]
    picture = draw(positions, [Said(stamp, "oppose", "counts", 1, "Post") for stamp in stamps], width)
    assert picture is not None
    assert all(
        picture.left - 1 <= band.x and band.x + band.width <= picture.right + 4 for band in picture.bands
    )
    assert len(picture.ticks) <= 40


@pytest.mark.parametrize("days", [0.2, 1, 6, 20, 60, 400, 3000, 40000, 700000])
@pytest.mark.parametrize("most", [4, 9])
def test_ticks_are_few_and_inside(days: float, most: int) -> None:
    start = datetime(2, 3, 4, tzinfo=UTC)
    ticks = make_ticks(start, start + timedelta(days=days), most)
    assert len(ticks) <= most + 1
    assert all(start <= tick.moment <= start + timedelta(days=days) for tick in ticks)


# --- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("precision", "expected"),
    [
        ("published", "24 Feb 2025, 06:30 UTC"),
        ("day", "24 Feb 2025"),
        ("week", "week of 24 Feb 2025"),
        ("month", "February 2025"),
        ("year", "2025"),
        ("past", "some time before 24 Feb 2025"),
    ],
)
def test_a_date_is_written_as_exactly_as_it_is_known(precision: str, expected: str) -> None:
    assert date_text("2025-02-24T08:30:00+02:00", precision) == expected


def test_words_for_numbers() -> None:
    assert [confidence_words(p) for p in (0.995, 0.96, 0.9, 0.75, 0.4)] == [
        "almost certain", "very likely", "likely", "more likely than not", "uncertain",
    ]  # fmt: skip
    assert (percent(0.9999), percent(1.0), percent(0.5)) == ("99.9\u202f%", "100\u202f%", "50.0\u202f%")
    assert (signed(-1.4), signed(2.0)) == ("\u22121.4", "+2.0")
    assert (odds_text(1.0), odds_text(-3.0), odds_text(0.0)) == (
        "2.0 times likelier",
        "8.0 times less likely",
        "no difference",
    )


def test_a_condition_belongs_to_a_side_only() -> None:
    assert stance_label("support", True) == "Supports, on condition"
    assert stance_label("neutral", True) == "Undecided"


def test_a_reason_that_is_new_here_is_shown_as_it_is() -> None:
    assert reason_text("WRONG_PLANET") == "Wrong planet."


# --- links ----------------------------------------------------------------------------------------


def test_links_are_paths_where_a_path_can_carry_the_id() -> None:
    assert change_link("0af3") == "/changes/0af3"
    assert timeline_link("a", "b") == "/timeline/a/b"


@pytest.mark.parametrize("hostile", ["..", ".", "a/b", "a?b", "a#b", "<script>", "a b", "%2e%2e", ".hidden"])
def test_other_ids_go_into_the_query(hostile: str) -> None:
    link = actor_link(hostile)
    assert link.startswith("/actor?id=")
    assert not set(link) & set('<>"# ')


def test_a_query_leaves_out_what_is_empty() -> None:
    assert with_query("/x", a="", b=None, c="1 2") == "/x?c=1+2"


# --- error rate -----------------------------------------------------------------------------------


def test_the_majority_decides_and_a_tie_counts_as_wrong() -> None:
    rate = summarise(
        {
            "c1": {"true": 2, "not_a_change": 1},
            "c2": {"true": 1, "wrong_person": 1},
            "c3": {"true": 1},
            "c4": {"not_a_change": 1},
        }
    )
    assert (rate.judged, rate.wrong, rate.rate) == (4, 2, 0.5)
    assert rate.by_verdict == {"true": 2, "wrong_person": 1, "not_a_change": 1}


def test_nothing_judged_is_no_rate() -> None:
    assert summarise({}).rate is None


def test_the_interval_agrees_with_the_published_example() -> None:
    low, high = wilson_interval(1, 10)
    assert (round(low, 3), round(high, 3)) == (0.018, 0.404)
