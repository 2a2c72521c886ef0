"""A question as tokens."""

from stance_classifier.model.base import StanceQuestion
from stance_classifier.model.encode import Encoder, marked

from tests.unit.stance_classifier.model.tiny_model import tiny_tokenizer


def test_the_words_under_judgement_stand_between_two_marks() -> None:
    question = StanceQuestion("Lindt", "Build.", "Lindt backs the bridge.", (6, 11))

    assert marked(question) == "Lindt  [unused1] backs [unused2]  the bridge."


def test_a_passage_that_is_too_long_keeps_the_marked_words() -> None:
    passage = "the " * 50 + "lindt backs bridge" + " rain" * 50
    encoder = Encoder(tiny_tokenizer(), max_passage_tokens=10)

    tokens = encoder.encode([StanceQuestion("Lindt", "Build.", passage, (200, 218))])[0]

    ids = tokens.passage
    assert len(ids) == 12
    assert ids.index(encoder.mark_end) - ids.index(encoder.mark_start) == 4


def test_marked_words_that_fill_the_window_keep_their_beginning_and_both_marks() -> None:
    passage = "lindt " + "rain " * 40
    encoder = Encoder(tiny_tokenizer(), max_passage_tokens=10)

    ids = encoder.encode([StanceQuestion("Lindt", "Build.", passage, (0, len(passage)))])[0].passage

    assert len(ids) == 12
    assert encoder.mark_start in ids[:4]
    assert ids[-2] == encoder.mark_end


def test_a_passage_with_no_marks_keeps_its_beginning() -> None:
    encoder = Encoder(tiny_tokenizer(), max_passage_tokens=3, max_question_tokens=2)

    tokens = encoder.encode([StanceQuestion("Lindt", "The bridge is right.", "lindt backs the bridge")])[0]

    assert len(tokens.passage) == 5
    assert len(tokens.question) == 3


def test_without_an_actor_the_passage_stands_alone() -> None:
    encoder = Encoder(tiny_tokenizer())

    named, alone = encoder.encode(
        [StanceQuestion(actor, "Build.", "backs the bridge") for actor in ("Lindt", "")]
    )

    assert len(named.passage) == len(alone.passage) + 2
    assert alone.passage[1] == named.passage[3]
