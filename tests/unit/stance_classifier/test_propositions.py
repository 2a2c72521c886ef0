"""The opposite of a proposition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stance_classifier.propositions import negate


@pytest.mark.parametrize(
    ("proposition", "opposite"),
    [
        ("The city should build a tram.", "The city should not build a tram."),
        ("The city should not build a tram.", "The city should build a tram."),
        ("The city shouldn’t build a tram.", "The city should build a tram."),
        ("The port, which is old, should close.", "The port, which is old, should not close."),
        ("Arland must leave the pact.", "Arland must not leave the pact."),
        ("Arland needs to leave the pact", "Arland does not need to leave the pact"),
        ("Schools have to open at eight.", "Schools do not have to open at eight."),
        ("Hanover is right to join.", "Hanover is wrong to join."),
        ("Hanover was wrong to join.", "Hanover was right to join."),
        ("The bank will raise rates.", "The bank will not raise rates."),
        ("The bank cannot be trusted.", "The bank can be trusted."),
        ("Whaling is cruel.", "Whaling is not cruel."),
        ("Whaling is not cruel.", "Whaling is cruel."),
        ("The team deserves a bonus.", "The team does not deserve a bonus."),
        ("No school should close.", "It is not the case that no school should close."),
        ("Zoos harm animals.", "It is not the case that Zoos harm animals."),
        ("The law works.", "It is not the case that the law works."),
        ("It is not the case that the law works.", "The law works."),
    ],
)
def test_says_the_opposite(proposition: str, opposite: str) -> None:
    assert negate(proposition) == opposite


@given(st.text(alphabet=st.characters(categories=["L", "P", "Zs"]), min_size=1).filter(str.strip))
def test_never_leaves_a_proposition_as_it_was(proposition: str) -> None:
    assert negate(proposition) != " ".join(proposition.split())
