"""When it was said, resolved against Monday 18 March 2024."""

from datetime import date

import pytest
from stance_classifier.said_time import is_earlier_frame, resolve_said_at

from tests.unit.stance_classifier.builders import MONDAY


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("she said on Sunday", date(2024, 3, 17)),
        ("she told reporters on Friday", date(2024, 3, 15)),
        ("she said yesterday", date(2024, 3, 17)),
        ("two weeks ago she said", date(2024, 3, 4)),
        ("she said", date(2024, 3, 18)),
    ],
)
def test_expressions_count_back_from_the_publication_date(words: str, day: date) -> None:
    assert resolve_said_at(words, MONDAY).moment.date() == day


@pytest.mark.parametrize(
    "words", ["who had long opposed the deal", "in 2019 he called it theft", "she once swore to stop it"]
)
def test_recaps_are_statements_in_the_past(words: str) -> None:
    assert resolve_said_at(words, MONDAY).recap


@pytest.mark.parametrize(
    "words", ["as she has argued since 2019", "said the week before the vote", "since January"]
)
def test_what_has_lasted_until_now_is_no_recap(words: str) -> None:
    assert not resolve_said_at(words, MONDAY).recap


@pytest.mark.parametrize(
    "words", ["the rule will apply from July", "the bridge is to be opened in May, she said"]
)
def test_what_is_to_come_does_not_date_the_utterance(words: str) -> None:
    assert resolve_said_at(words, MONDAY).moment == MONDAY


def test_no_utterance_is_dated_after_its_publication() -> None:
    assert resolve_said_at("he said in November", MONDAY).moment < MONDAY


def test_a_concession_reports_something_earlier() -> None:
    assert is_earlier_frame("Despite having told the council that it was out of the question")
