"""Step 2: statements to positions and changes; a crash at any point repeats and never loses or miscounts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import REGISTRY
from stance_classifier.keep_positions import KeepPositions, StoredPosition
from stancewatch_schemas.codec import decode, encode
from stancewatch_schemas.models import Article, StanceChange

from tests.component.stance_classifier.fakes import Chain, records
from tests.integration.stance_classifier.keyword_reader import KeywordReader

KEY = b"ada|bridge"


def statement(number, text="ada supports bridge"):
    article = Article(
        id=f"post/{number}",
        source=f"Post {number}",
        url="",
        published_at=datetime(2031, 1, 1, tzinfo=UTC) + timedelta(days=number),
        title="T",
        text=text,
    )
    return encode(KeywordReader().read([article])[0][0])


AGAINST, FOR = statement(1, "ada opposes bridge"), statement(2)


def test_a_reversal_is_one_change_and_one_position():
    chain = Chain()
    chain.keep(*records("statements", AGAINST, FOR))
    (change,) = [decode(StanceChange, value) for value in chain.broker.values("stance-changes")]
    assert (change.from_.stance, change.to.stance) == ("oppose", "support")
    assert StoredPosition.from_bytes(chain.table.get(KEY)).offset == 1


@pytest.mark.parametrize("kind", ["reverse", "soften", "harden", "commit"])
def test_changes_are_counted_from_zero_so_that_the_first_is_an_increase(kind):
    Chain()
    labels = {"event": "changed", "kind": kind}
    assert REGISTRY.get_sample_value("stancewatch_stance_changes_total", labels) is not None


def test_changes_are_acknowledged_before_positions_are_written():
    chain = Chain()
    chain.keep(*records("statements", AGAINST, FOR))
    assert chain.broker.log == [("acknowledged", "stance-changes"), ("positions", 1)]


def test_one_by_one_and_all_at_once_end_alike():
    together, singly = Chain(), Chain()
    batch = records("statements", AGAINST, FOR, statement(3), statement(4, "ada opposes bridge"))
    together.keep(*batch)
    for record in batch:
        singly.keep(record)
    assert together.table.values == singly.table.values
    assert together.broker.sent == singly.broker.sent


def test_a_statement_already_applied_is_skipped():
    chain = Chain()
    batch = records("statements", AGAINST, FOR)
    chain.keep(*batch)
    before = dict(chain.table.values)
    chain.keep(*batch)
    assert chain.table.values == before
    assert len(chain.broker.values("stance-changes")) == 1


def test_a_crash_before_the_positions_are_written_finds_the_same_change_again():
    chain = Chain()
    batch = records("statements", AGAINST, FOR)
    chain.table.fails = True
    with pytest.raises(ConnectionError):
        chain.keep(*batch)
    assert chain.table.values == {}
    chain.table.fails = False
    chain.keep(*batch)
    first, second = (decode(StanceChange, value) for value in chain.broker.values("stance-changes"))
    assert first == second


def test_without_an_acknowledged_change_no_position_is_written():
    chain = Chain()
    chain.broker.fails.add("stance-changes")
    with pytest.raises(ConnectionError):
        chain.keep(*records("statements", AGAINST, FOR))
    assert chain.table.values == {}


def test_a_bad_record_becomes_a_dead_letter_and_its_neighbours_go_on():
    chain = Chain()
    chain.keep(*records("statements", AGAINST, b"nonsense", None, FOR))
    assert len(chain.broker.values("stance-changes")) == 1
    assert [letter.offset for letter in chain.broker.letters("statements-dlq")] == [1, 2]


def test_a_statement_that_the_rule_fails_on_is_refused_and_the_position_stays():
    chain = Chain()

    def fails_on_support(state, statement):
        from stance_classifier.positions import apply

        if statement.stance == "support":
            raise KeyError("bug")
        return apply(state, statement)

    KeepPositions(fails_on_support, chain.table, chain.outbox)
    chain.positions = KeepPositions(fails_on_support, chain.table, chain.outbox)
    chain.keep(*records("statements", AGAINST, FOR))
    assert [letter.error for letter in chain.broker.letters("statements-dlq")] == ["KeyError"]
    assert StoredPosition.from_bytes(chain.table.get(KEY)).offset == 0


def test_positions_of_others_are_not_touched():
    chain = Chain()
    chain.keep(*records("statements", AGAINST, statement(5, "bo supports ferry")))
    assert set(chain.table.values) == {KEY, b"bo|ferry"}


def test_a_position_survives_being_stored():
    chain = Chain()
    chain.keep(*records("statements", AGAINST, FOR))
    stored = StoredPosition.from_bytes(chain.table.get(KEY))
    assert StoredPosition.from_bytes(stored.to_bytes()) == stored
