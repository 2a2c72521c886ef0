"""Rewritings that leave the labels true."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stance_training.rewriting import ask, covering, sentences, swap_names

from tests.unit.stance_training.builders import NEGATION, PROPOSITION, entry


def test_with_nothing_turned_the_affirmative_side_is_asked() -> None:
    rng = random.Random(1)

    asked = {ask("The levy should be scrapped.", "Keep it.", "support", 0.0, rng) for _ in range(50)}

    assert asked == {("The levy should be kept.", "oppose")}


@pytest.mark.parametrize("label", ["support", "oppose", "neutral", "none"])
def test_every_way_to_ask_turns_the_label_with_the_proposition(label: str) -> None:
    other = {"support": "oppose", "oppose": "support"}.get(label, label)
    truth = {
        PROPOSITION: label,
        "Harbourtown should not build the tram.": other,
        NEGATION: other,
        "Harbourtown should not do without a tram.": label,
    }
    rng = random.Random(2)

    asked = [ask(PROPOSITION, NEGATION, label, 0.45, rng) for _ in range(400)]

    assert {proposition for proposition, _ in asked} == set(truth)
    assert all(truth[proposition] == told for proposition, told in asked)


def test_names_change_alike_in_text_actor_and_quote() -> None:
    text = "Ora Bell said: “Bell is no bell-ringer.”"

    changed, (only,) = swap_names(text, [entry("Ora Bell", "none", "Bell is no")], random.Random(3))

    assert "Bell" not in changed
    assert only.actor in changed
    assert only.quote in changed


def test_an_organisation_keeps_its_name() -> None:
    text = "The Dockers Union said no."

    assert swap_names(text, [entry("Dockers Union", "oppose", "said no")], random.Random(3))[0] == text


def test_a_quote_pulled_in_by_a_full_stop_keeps_its_closing_mark() -> None:
    text = "“Build it.” She left.\n\nHe stayed"

    assert [text[start:end] for start, end in sentences(text)] == ["“Build it.”", "She left.", "He stayed"]


@settings(deadline=None)
@given(st.text(alphabet="ab.!? \n”'", min_size=1), st.data())
def test_the_sentences_around_a_span_hold_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))

    first, last = covering(text, (start, end))

    assert 0 <= first <= start
    assert end <= last <= len(text)
