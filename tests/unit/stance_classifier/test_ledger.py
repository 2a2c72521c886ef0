"""Never commit past a record that is still in work."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from stance_classifier.stream.ledger import Ledger, Partition

PLACE = Partition("articles", 3)


def ledger_with(*offsets, generation=1, now=0.0):
    ledger = Ledger()
    for offset in offsets:
        ledger.received(PLACE, offset, generation, now)
    return ledger


def test_nothing_is_committed_before_anything_is_done():
    assert ledger_with(0, 1).committable(PLACE, 1) is None


def test_the_commit_is_the_first_offset_not_done():
    ledger = ledger_with(0, 1, 2)
    ledger.done(PLACE, 0, 1)
    assert ledger.committable(PLACE, 1) == 1


def test_a_record_in_work_holds_back_those_behind_it():
    ledger = ledger_with(5, 6, 7)
    ledger.done(PLACE, 6, 1)
    ledger.done(PLACE, 7, 1)
    assert ledger.committable(PLACE, 1) == 5
    ledger.done(PLACE, 5, 1)
    assert ledger.committable(PLACE, 1) == 8


def test_holes_that_the_broker_left_hold_nothing_back():
    ledger = ledger_with(5, 9)
    ledger.done(PLACE, 5, 1)
    ledger.done(PLACE, 9, 1)
    assert ledger.committable(PLACE, 1) == 10


def test_what_is_committed_is_not_committed_again():
    ledger = ledger_with(0)
    ledger.done(PLACE, 0, 1)
    ledger.committed(PLACE, 1, now=1.0)
    assert ledger.committable(PLACE, 1) is None


def test_a_new_generation_starts_a_new_page():
    ledger = ledger_with(0, 1, generation=1)
    ledger.received(PLACE, 0, 2, now=1.0)
    ledger.done(PLACE, 1, 1)
    assert ledger.committable(PLACE, 2) is None
    ledger.done(PLACE, 0, 2)
    assert ledger.committable(PLACE, 2) == 1


def test_an_old_generation_has_nothing_to_commit():
    ledger = ledger_with(0)
    ledger.done(PLACE, 0, 1)
    assert ledger.committable(PLACE, 2) is None


def test_a_partition_taken_away_is_forgotten():
    ledger = ledger_with(0)
    ledger.done(PLACE, 0, 1)
    ledger.forget(PLACE)
    assert ledger.committable(PLACE, 1) is None
    assert ledger.uncommitted_seconds(9.0) == {}


def test_the_age_counts_from_the_oldest_record_that_is_not_committed():
    ledger = ledger_with(0, 1, now=10.0)
    assert ledger.uncommitted_seconds(15.0) == {PLACE: 5.0}
    ledger.done(PLACE, 0, 1)
    assert ledger.uncommitted_seconds(15.0) == {PLACE: 5.0}


def test_the_age_is_zero_once_all_is_committed():
    ledger = ledger_with(0, now=10.0)
    ledger.done(PLACE, 0, 1)
    ledger.committed(PLACE, 1, now=12.0)
    assert ledger.uncommitted_seconds(15.0) == {PLACE: 0.0}


class AnyOrder(RuleBasedStateMachine):
    """Records come in order, are done in any order, and rebalances come in between."""

    def __init__(self):
        super().__init__()
        self.ledger = Ledger()
        self.generation = 1
        self.next_offset = 0
        self.in_work: set[int] = set()
        self.truly_done: set[int] = set()
        self.commit = 0

    @rule()
    def receive(self):
        self.ledger.received(PLACE, self.next_offset, self.generation, now=0.0)
        self.in_work.add(self.next_offset)
        self.next_offset += 1

    @precondition(lambda self: self.in_work)
    @rule(data=st.data())
    def finish(self, data):
        offset = data.draw(st.sampled_from(sorted(self.in_work)))
        self.in_work.discard(offset)
        self.truly_done.add(offset)
        self.ledger.done(PLACE, offset, self.generation)

    @rule()
    def commit_what_is_allowed(self):
        offset = self.ledger.committable(PLACE, self.generation)
        if offset is not None:
            self.commit = offset
            self.ledger.committed(PLACE, offset, now=0.0)

    @rule(late=st.integers(0, 20))
    def rebalance(self, late):
        old = self.generation
        self.generation += 1
        self.next_offset = self.commit
        self.in_work.clear()
        self.ledger.done(PLACE, late, old)

    @invariant()
    def everything_before_the_commit_is_done(self):
        assert all(offset in self.truly_done for offset in range(self.commit))


TestAnyOrder = AnyOrder.TestCase
