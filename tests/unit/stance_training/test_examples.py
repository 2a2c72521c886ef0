"""From a proposition with a label to the question that is asked."""

from hypothesis import given, settings
from hypothesis import strategies as st
from stance_training.examples import Example, affirmed, find, mirrored_questions, negated, sentence


def test_support_for_scrapping_is_opposition_to_keeping() -> None:
    assert affirmed("The levy should be scrapped.", "support") == ("The levy should be kept.", "oppose")


def test_a_neutral_actor_stays_neutral_whichever_side_is_asked() -> None:
    assert affirmed("The levy should be scrapped.", "neutral")[1] == "neutral"
    assert negated("The levy should be kept.", "none")[1] == "none"


def test_the_opposite_turns_the_label() -> None:
    assert negated("The levy should be kept.", "oppose") == ("The levy should not be kept.", "support")


def test_the_model_is_asked_the_affirmative_side_and_its_opposite() -> None:
    examples = [Example("No.", "Bell", one, "oppose") for one in ("Bell should quit.", "Bell should run.")]

    questions = mirrored_questions(examples)

    assert [one.proposition for one in questions.asked] == ["Bell should stay in.", "Bell should run."]
    assert [one.proposition for one in questions.opposite] == [
        "Bell should not stay in.",
        "Bell should not run.",
    ]
    assert questions.turned == [True, False]


def test_a_mark_outside_the_text_is_left_out_of_the_question() -> None:
    assert Example("No.", "Bell", "Run.", "oppose", (2, 9)).question.span is None


def test_a_proposition_ends_with_one_full_stop() -> None:
    assert sentence("Build  the tram") == "Build the tram."
    assert sentence("Build the tram.") == "Build the tram."


@settings(deadline=None)
@given(st.text(), st.text(), st.text(min_size=1))
def test_a_quote_is_found_where_it_stands(before: str, after: str, quote: str) -> None:
    text = before + quote + after

    span = find(text, quote)

    assert span is not None
    assert text[slice(*span)] == quote
