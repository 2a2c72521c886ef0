"""Who said what."""

import pytest
from stance_classifier.attribution import attribute, attribute_asides
from stance_classifier.coreference import resolve_mentions
from stance_classifier.passages import split_document
from stance_classifier.utterance import Attribution
from stance_classifier.watchlist import Actor

from tests.unit.stance_classifier.builders import NURI

UNION = Actor(id="union", name="National Dockers' Union", aliases=("the union",))


def read(text: str, *actors: Actor) -> list[Attribution]:
    document = split_document(text)
    return attribute(document, resolve_mentions(document, actors or (NURI,)))


def speaker(text: str, *actors: Actor) -> str | None:
    found = read(text, *actors)[-1].speaker
    return found.actor_id if found is not None else None


@pytest.mark.parametrize(
    "text",
    [
        "Selma Nuri said that the wall would be built.",
        "“We will build the wall,” said Selma Nuri.",
        "“We will build it,” Mayor Selma Nuri told reporters, “and soon.”",
        "The wall would be built, Nuri said.",
        "According to Selma Nuri, the wall is safe.",
        "Selma Nuri, the mayor of the port, said the wall would be built.",
        "Nuri met the engineers on Friday. The wall was needed, she said.",
        "Mayor Selma Nuri opened the fair. “We will build the wall,” the mayor said.",
    ],
)
def test_the_speaker_is_found_wherever_the_cue_stands(text: str) -> None:
    assert speaker(text) == "nuri"


def test_another_first_name_is_another_person() -> None:
    assert speaker("“Never,” said Tarek Nuri.") is None


def test_a_bare_surname_means_the_namesake_named_last() -> None:
    assert speaker("Selma Nuri was away. Tarek Nuri, her cousin, spoke. “Never,” Nuri said.") is None


def test_diacritics_do_not_hide_a_name() -> None:
    assert speaker("“Yes,” said Márta Sőtér.", Actor(id="m", name="Marta Soter")) == "m"


def test_an_organisation_is_meant_by_its_pronoun() -> None:
    assert (
        speaker("The National Dockers' Union met on Monday. It said the wall was needed.", UNION) == "union"
    )


def test_a_spokesperson_speaks_for_the_actor() -> None:
    found = read("A spokesman for Selma Nuri said the wall would be built.")[0]
    assert (found.voice, found.speaker and found.speaker.actor_id) == ("spokesperson", "nuri")


GROWERS = Actor(id="growers", name="Apple Farmers of Varn", aliases=("the growers",))
CIRCLE = Actor(id="circle", name="Walkers' Circle", aliases=("the circle",))


@pytest.mark.parametrize(
    "text",
    [
        "“Never,” the growers said.",
        "“Never,” said the growers' chief spokesman.",
        "“Never,” said the growers' Tom Hale.",
        "The growers met on Monday. “Never,” its secretary, Tom Hale, said.",
        "“Never,” said Tom Hale for the growers.",
    ],
)
def test_a_body_is_found_by_what_the_watchlist_calls_it(text: str) -> None:
    assert speaker(text, GROWERS) == "growers"


def test_what_the_watchlist_calls_the_growers_is_not_any_grower() -> None:
    assert speaker("“Never,” growers in the east said.", GROWERS) is None


def test_a_name_with_a_possessive_is_a_body() -> None:
    (said,) = read("“Never,” the circle said.", CIRCLE)
    assert said.voice == "organisation"


def test_people_close_to_the_actor_are_hearsay() -> None:
    assert read("Aides to Selma Nuri said she was against the wall.")[0].voice == "hearsay"


def test_a_quotation_goes_on_in_the_next_paragraph() -> None:
    assert speaker("“The wall is needed,” said Selma Nuri.\n\n“And I will build it.”") == "nuri"


def test_a_concession_belongs_to_the_speaker_of_the_main_clause() -> None:
    text = (
        "Despite having told the council in January that it was a folly, Selma Nuri said the wall was needed."
    )
    document = split_document(text)
    mentions = resolve_mentions(document, (NURI,))
    [(_, aside)] = attribute_asides(document, attribute(document, mentions), mentions)
    assert aside.content.of(text) == "it was a folly"
    assert aside.speaker is not None
    assert aside.speaker.actor_id == "nuri"


def test_the_content_is_the_quotation_without_its_marks() -> None:
    text = "“We will build the wall,” said Selma Nuri."
    assert read(text)[0].content.of(text) == "We will build the wall"


def test_in_a_transcript_the_label_names_the_speaker() -> None:
    text = "ANCHOR: Will you build the wall?\nNURI: We will, and soon."
    assert speaker(text) == "nuri"
