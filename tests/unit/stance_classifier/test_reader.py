"""From article to statements, with a model that is told its answers."""

import pytest
from stance_classifier.candidates import find_candidates
from stance_classifier.reader import Reader

from tests.unit.stance_classifier.builders import MONDAY, WATCHLIST, ToldModel, article


def read(text: str, answers: dict[str, str], **changes: object) -> list[tuple[str, str, bool, str | None]]:
    statements = Reader(WATCHLIST, ToldModel(answers)).read([article(text, **changes)])[0]
    return [(s.stance, s.quote, s.recap, s.reason) for s in statements]


def test_a_quote_is_verbatim_and_in_its_place() -> None:
    text = "The council met.\n\n“We need the wall,” said Selma Nuri."
    [statement] = Reader(WATCHLIST, ToldModel({"need": "support"})).read([article(text)])[0]
    assert text[statement.quote_start : statement.quote_end] == statement.quote == "We need the wall"


def test_an_article_without_the_issue_costs_no_question() -> None:
    model = ToldModel({})
    Reader(WATCHLIST, model).read([article("Selma Nuri opened a bakery.", title="Bread")])
    assert model.asked == []


def test_an_article_without_the_actor_costs_no_question() -> None:
    model = ToldModel({})
    Reader(WATCHLIST, model).read([article("The wall is old.")])
    assert model.asked == []


def test_old_and_new_position_in_one_article_come_in_the_order_said() -> None:
    text = (
        "Despite having told the council in January that it was a folly, Selma Nuri said the wall was needed."
    )
    assert [(s[0], s[2]) for s in read(text, {"folly": "oppose", "needed": "support"})] == [
        ("oppose", True),
        ("support", False),
    ]


def test_a_date_within_what_is_reported_dates_the_matter_and_not_the_saying() -> None:
    text = "The delay of the wall that began last year was a mistake, Selma Nuri said on Monday."
    assert [(s[0], s[2]) for s in read(text, {"mistake": "support"})] == [("support", False)]


@pytest.mark.parametrize(
    "text",
    [
        "Last year Selma Nuri said the wall was a mistake.",
        "Selma Nuri said last year the wall was a mistake.",
    ],
)
def test_a_date_of_saying_makes_a_recap_wherever_it_stands(text: str) -> None:
    _, [candidate] = find_candidates(text, "News", MONDAY, WATCHLIST)
    assert candidate.said.recap


def test_sentences_that_agree_are_one_utterance() -> None:
    text = "“We need the wall,” said Selma Nuri. “And we need it soon,” she added."
    assert len(read(text, {"need": "support"})) == 1


def test_a_question_is_no_position() -> None:
    text = "“Who would pay for the wall?” asked Selma Nuri."
    assert [reason for *_, reason in read(text, {"pay": "oppose"})] == ["QUESTION"]


def test_a_correction_strikes_what_the_outlet_wrongly_ascribed() -> None:
    text = "An earlier version of this article wrongly quoted Selma Nuri as opposing the harbour wall. We regret the error."
    [correction] = [
        s
        for s in Reader(WATCHLIST, ToldModel({})).read([article(text, title="Correction")])[0]
        if s.kind == "correction"
    ]
    assert (correction.actor.id, correction.strikes) == ("nuri", "any")


def test_the_same_article_gives_the_same_statements() -> None:
    text = "“We need the wall,” said Selma Nuri."
    assert read(text, {"need": "support"}) == read(text, {"need": "support"})


def test_what_a_commentator_expects_is_no_act() -> None:
    text = "Of course Selma Nuri will build the wall; she has no choice."
    assert [reason for *_, reason in read(text, {"build": "support"})] == ["COMMENTARY"]
