"""What the reader would ask of a story, labelled by what its writers marked."""

import random
from typing import Any

from stance_training.asked_questions import asked_again, asked_questions

PROPOSITION = "Harbourtown should build the tram"


def told(text: str, statements: list[dict[str, Any]], not_counted: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": "tram",
        "watchlist": {
            "actors": [{"id": "bell", "name": "Ora Bell", "aliases": []}],
            "issues": [{"id": "tram", "name": "Tram", "proposition": PROPOSITION, "keywords": ["tram"]}],
        },
        "articles": [{"id": "a1", "title": "Council", "published_at": "2024-05-02T09:00:00Z", "text": text}],
        "statements": statements,
        "not_counted": not_counted,
    }


def row(quote: str, **more: Any) -> dict[str, Any]:
    return {"article": "a1", "actor": "bell", "issue": "tram", "quote": quote} | more


def position(quote: str, stance: str, time: str = "now") -> dict[str, Any]:
    return row(quote, stance=stance, time=time, conditional=False, voice="self")


def test_a_marked_position_is_the_answer() -> None:
    story = told(
        "“We will build the tram,” Ora Bell said.", [position("We will build the tram", "support")], []
    )

    (asked,) = asked_questions(story)

    assert (asked.label, asked.how, asked.actor) == ("support", "asked", "Ora Bell")


def test_what_nobody_marked_is_no_position() -> None:
    text = "“We will build the tram,” Ora Bell said. “Lunch on the tram was cold,” Ora Bell said."
    story = told(text, [position("We will build the tram", "support")], [])

    answers = {asked.text[slice(*(asked.span or (0, 0)))]: asked.label for asked in asked_questions(story)}

    assert answers == {"We will build the tram": "support", "Lunch on the tram was cold": "none"}


def test_what_must_not_count_is_no_position() -> None:
    story = told("“Build the tram, ha,” Ora Bell said.", [], [row("Build the tram, ha", reason="irony")])

    (asked,) = asked_questions(story)

    assert (asked.label, asked.how) == ("none", "asked-not-counted")


def test_a_denial_of_change_teaches_nothing() -> None:
    story = told(
        "“My tram view stands,” Ora Bell said.", [], [row("My tram view stands", reason="denial_of_change")]
    )

    assert asked_questions(story) == []


def test_two_marks_that_contradict_each_other_teach_nothing() -> None:
    text = "“I was against the tram, I am for it,” Ora Bell said."
    marks = [position("I was against the tram", "oppose", "past"), position("I am for it", "support")]

    assert asked_questions(told(text, marks, [])) == []


def test_a_mark_beside_the_asked_words_teaches_nothing() -> None:
    text = "Ora Bell, weary of rain, said that the tram stop was wet."
    story = told(text, [position("weary of rain", "oppose")], [])

    assert asked_questions(story) == []


def test_asked_again_from_the_other_side_turns_the_label() -> None:
    story = told(
        "“We will build the tram,” Ora Bell said.", [position("We will build the tram", "support")], []
    )
    asked = asked_questions(story) * 40

    again = asked_again(asked, 1.0, random.Random(1))

    assert {one.label for one in again} == {"support", "oppose"}
    assert {one.proposition for one in again if one.label == "support"} == {PROPOSITION + "."}
