"""Propositions asked from their affirmative side."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stance_classifier.affirmation import Affirmed, affirm


@pytest.mark.parametrize(
    ("asked", "affirmed", "turned"),
    [
        ("The council should scrap the levy.", "The council should keep the levy.", True),
        ("The levy should not be abolished.", "The levy should be kept.", False),
        ("The council should not build the tower.", "The council should build the tower.", True),
        (
            "Parliament was wrong to close the inquiry.",
            "Parliament was right to keep open the inquiry.",
            False,
        ),
        ("Vellmark must leave the pact.", "Vellmark must stay in the pact.", True),
        ("Foreign gifts should be banned.", "Foreign gifts should be allowed.", True),
        ("Judges should be allowed to keep working.", "Judges should be allowed to keep working.", False),
        ("The town should build the wall.", "The town should build the wall.", False),
    ],
)
def test_verbs_with_a_plain_opposite_are_turned(asked: str, affirmed: str, turned: bool) -> None:
    assert affirm(asked) == Affirmed(affirmed, turned)


def test_a_sentence_without_a_modal_is_left_alone() -> None:
    assert affirm("The tower is ugly.") == Affirmed("The tower is ugly.", False)


@given(st.text(max_size=120))
def test_it_never_fails_and_settles_at_once(text: str) -> None:
    once = affirm(text)
    assert affirm(text) == once
