"""Rules and tagger together: who has the last word on a speaker."""

from collections.abc import Sequence

import pytest
from stance_classifier.attribution import attribute
from stance_classifier.attribution_tagger.base import Pointing, Tagged
from stance_classifier.attribution_tagger.consult import consult
from stance_classifier.coreference import resolve_mentions
from stance_classifier.passages import Span, split_document
from stance_classifier.utterance import Attribution
from stance_classifier.watchlist import Actor

NURI = Actor(id="nuri", name="Selma Nuri")
REED = Actor(id="reed", name="Tim Reed")
GUILD = Actor(id="guild", name="Dockers' Guild")


class Pointer:
    """Gives each name its share, whatever was marked."""

    def __init__(self, **shares: float) -> None:
        self.shares = shares

    def point(self, text: str, marked: Sequence[Span]) -> list[Pointing]:
        spans = [Span(text.index(word), text.index(word) + len(word)) for word in self.shares]
        chances = tuple(self.shares.values())
        return [Pointing(tuple(spans), chances, 1 - sum(chances)) for _ in marked]

    def tag(self, text: str, sentences: Sequence[Span], within: Sequence[Span]) -> list[Tagged]:
        return []


def last(text: str, tagger: Pointer) -> Attribution:
    document = split_document(text)
    mentions = resolve_mentions(document, (NURI, REED, GUILD))
    return consult(document, mentions, attribute(document, mentions), tagger)[-1]


def speaker(text: str, tagger: Pointer) -> str | None:
    found = last(text, tagger).speaker
    return found.actor_id if found is not None else None


def test_words_that_the_rules_leave_to_nobody_go_to_the_one_pointed_at() -> None:
    text = "“The wall holds.”\n\nIt was a long day for Nuri."

    document = split_document(text)
    mentions = resolve_mentions(document, (NURI,))
    [first, *_] = consult(document, mentions, attribute(document, mentions), Pointer(Nuri=0.9))

    assert first.speaker is not None
    assert (first.speaker.actor_id, first.voice) == ("nuri", "self")


def test_the_rules_speaker_stays_where_the_tagger_gives_it_a_fair_share() -> None:
    text = "Tim Reed waited. Selma Nuri said that the wall holds."

    assert speaker(text, Pointer(**{"Tim Reed": 0.7, "Selma Nuri": 0.3})) == "nuri"


def test_a_much_surer_tagger_corrects_the_rules() -> None:
    text = "Tim Reed waited. He said that the wall holds."

    assert speaker("Selma Nuri spoke to " + text, Pointer(**{"Selma Nuri": 0.95, "Tim Reed": 0.01})) == "nuri"


def test_a_watched_actor_beside_its_cue_is_not_asked_about() -> None:
    text = "Tim Reed waited. Selma Nuri said that the wall holds."

    assert speaker(text, Pointer(**{"Tim Reed": 0.99})) == "nuri"


def test_what_reaches_us_through_an_unnamed_voice_stays_with_the_rules() -> None:
    text = "It was late. A colleague says that Selma Nuri loathes the wall."

    rules = last(text, Pointer(**{"Selma Nuri": 0.0}))

    assert last(text, Pointer(**{"Selma Nuri": 0.99})) == rules


def test_only_utterances_that_matter_are_asked_about() -> None:
    document = split_document("“The wall holds.”\n\nIt was a long day for Nuri.")
    mentions = resolve_mentions(document, (NURI,))
    found = attribute(document, mentions)

    assert consult(document, mentions, found, Pointer(Nuri=0.9), lambda _: False) == found


@pytest.mark.parametrize("share", [0.2, 0.45])
def test_an_unsure_tagger_changes_nothing(share: float) -> None:
    text = "Tim Reed waited. Selma Nuri said that the wall holds."

    assert speaker(text, Pointer(**{"Tim Reed": share})) == "nuri"


def test_a_transcript_is_left_to_its_labels() -> None:
    text = "SELMA NURI: The wall holds.\nTIM REED: It leaks."

    assert speaker(text, Pointer(**{"SELMA NURI": 0.99})) == "reed"


def test_the_confidence_is_the_tagger_s_own() -> None:
    text = "“The wall holds,” somebody wrote. Nuri waited."

    document = split_document(text)
    mentions = resolve_mentions(document, (NURI,))
    [first, *_] = consult(document, mentions, attribute(document, mentions), Pointer(Nuri=0.9))

    assert first.confidence < 0.97


def test_nobody_named_inside_the_quotation_is_its_speaker() -> None:
    text = "“Selma Nuri is convinced.”"

    assert speaker(text, Pointer(**{"Selma Nuri": 0.99})) is None


def test_narration_is_left_to_the_rules() -> None:
    text = "Tim Reed waited. The bill was signed by him in the rain."

    assert last(text, Pointer(**{"Tim Reed": 0.99})).voice == "act"
