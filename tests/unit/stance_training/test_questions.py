"""Written items and stories as training questions."""

import random
from collections.abc import Iterator

from stance_training.dev_sets import item_questions as fixed_questions
from stance_training.dev_sets import sampled
from stance_training.examples import UNKNOWN, Example
from stance_training.questions import epoch_questions, item_questions, off_topic
from stance_training.story_questions import story_questions

from tests.unit.stance_training.builders import entry, item, story

TWO_VOICES = item(
    "“Build the tram,” said Ora Bell. Tim Reed, who lives there, said: “Never in my street.”",
    entry("Ora Bell", "support", "Build the tram"),
    entry("Tim Reed", "oppose", "Never in my street"),
)


def often() -> Iterator[Example]:
    """Every question that many epochs make of TWO_VOICES."""
    for seed in range(200):
        yield from item_questions(TWO_VOICES, 0.0, random.Random(seed))


def test_a_stance_is_asked_unmarked_with_its_words_marked_and_cut_out() -> None:
    assert {example.how for example in often()} == {"plain", "own", "cut", "other"}


def test_own_words_are_marked_wherever_names_are_swapped() -> None:
    marked = {
        example.text[slice(*example.span)] for example in often() if example.how == "own" and example.span
    }

    assert marked == {"Build the tram", "Never in my street"}


def test_words_of_another_are_no_position_of_this_actor() -> None:
    others = [example for example in often() if example.how == "other"]

    assert {example.label for example in others} == {"none"}
    assert all(example.conditional == example.past == 0 for example in others)


def test_a_stance_that_changed_within_the_text_is_never_asked_unmarked() -> None:
    both = item(
        "Bell said yes. Later Bell said no.",
        entry("Bell", "support", "said yes"),
        entry("Bell", "oppose", "said no"),
    )

    made = [one for seed in range(50) for one in item_questions(both, 0.0, random.Random(seed))]

    assert all(example.how != "plain" for example in made)


def test_a_recap_is_marked_as_past() -> None:
    old = item("In May Bell said yes.", entry("Bell", "support", "said yes", time="past"))

    assert {one.past for one in item_questions(old, 0.0, random.Random(1))} == {1}


def test_an_epoch_is_the_same_for_the_same_seed() -> None:
    assert epoch_questions([TWO_VOICES], [story()], 0.4, 7) == epoch_questions(
        [TWO_VOICES], [story()], 0.4, 7
    )


def test_words_asked_about_another_issue_are_no_position() -> None:
    examples = [
        Example("Yes.", "Bell", f"Proposition {issue}.", "support", issue=str(issue)) for issue in range(100)
    ]

    made = off_topic(examples, random.Random(1))

    assert 0 < len(made) <= 4
    assert {(one.label, one.conditional, one.past) for one in made} == {("none", 0, UNKNOWN)}


def test_a_story_is_asked_from_the_affirmative_side() -> None:
    made = [one for one in story_questions(story(), random.Random(1), 0.0) if one.how == "story"]

    assert [(one.proposition, one.label) for one in made] == [
        ("Harbourtown should keep the tram.", "support"),
        ("Harbourtown should keep the tram.", "oppose"),
    ]


def test_for_measuring_a_story_is_asked_as_it_is_written_and_nothing_is_added() -> None:
    made = story_questions(story(), random.Random(1), None)

    assert [(one.how, one.label) for one in made] == [
        ("story", "oppose"),
        ("story", "support"),
        ("not-counted", "none"),
    ]
    assert {one.proposition for one in made} == {"Harbourtown should scrap the tram."}


def test_the_marked_words_stay_marked_in_their_window() -> None:
    for seed in range(30):
        first = story_questions(story(), random.Random(seed), None)[0]
        assert first.span is not None
        assert first.text[slice(*first.span)] == "wants the tram"


def test_a_copy_is_not_asked_about() -> None:
    made = [one for seed in range(30) for one in story_questions(story(), random.Random(seed), 0.2)]

    assert "Ora Bell" not in {
        one.text[slice(*one.span)] for one in made if one.span and one.how == "not-counted"
    }


def test_a_random_sentence_neither_names_the_actor_nor_is_theirs() -> None:
    made = [one for seed in range(80) for one in story_questions(story(), random.Random(seed), 0.2)]
    drawn = [one for one in made if one.how == "random" and one.span]

    assert drawn
    assert all(one.actor.split()[-1] not in one.text[slice(*one.span)] for one in drawn if one.span)
    assert {one.label for one in drawn} == {"none"}


def test_questions_for_measuring_are_marked_by_turns() -> None:
    assert [example.span is not None for example in fixed_questions([TWO_VOICES])] == [True, False]


def test_a_sample_is_the_same_each_time_and_no_larger_than_asked() -> None:
    sets = {"story": fixed_questions([TWO_VOICES] * 20), "passage": fixed_questions([TWO_VOICES])}

    assert sampled(sets, 5) == sampled(sets, 5)
    assert {kind: len(part) for kind, part in sampled(sets, 5).items()} == {"story": 5, "passage": 2}
