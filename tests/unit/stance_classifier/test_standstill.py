"""A partition stands still when records wait and none is committed for too long."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

from stance_classifier.stream.ledger import Partition
from stance_classifier.stream.standstill import Progress, Standstill, progress_of

PLACE, OTHER = Partition("articles", 0), Partition("articles", 1)


def test_records_that_wait_too_long_are_a_standstill():
    standstill = Standstill(after_seconds=60)
    standstill.look({PLACE: Progress(4, 10), OTHER: Progress(4, 10)}, now=0)
    still = standstill.look({PLACE: Progress(4, 12), OTHER: Progress(5, 10)}, now=61)
    assert still == {PLACE: 61}


def test_a_partition_without_waiting_records_never_stands_still():
    standstill = Standstill(after_seconds=60)
    standstill.look({PLACE: Progress(10, 10)}, now=0)
    assert standstill.look({PLACE: Progress(10, 10)}, now=600) == {}


def test_time_counts_from_the_first_look_at_which_a_record_waits():
    standstill = Standstill(after_seconds=60)
    standstill.look({PLACE: Progress(10, 10)}, now=0)
    standstill.look({PLACE: Progress(10, 11)}, now=600)
    assert standstill.look({PLACE: Progress(10, 11)}, now=659) == {}
    assert standstill.look({PLACE: Progress(10, 11)}, now=661) == {PLACE: 61}


def test_while_the_broker_does_not_answer_nothing_is_counted():
    standstill = Standstill(after_seconds=60)
    standstill.look({PLACE: Progress(4, 10)}, now=0)
    standstill.look({}, now=30)
    assert standstill.look({PLACE: Progress(4, 10)}, now=600) == {}


def app_with(committed, *, in_recovery=False, answers=True):
    async def offsets(value):
        if not answers:
            raise OSError("no broker")
        return {PLACE: value}

    consumer = SimpleNamespace(
        assignment=lambda: {PLACE, Partition("x-stance-classifier-positions-changelog", 0)},
        earliest_offsets=lambda *_: offsets(3),
        highwaters=lambda *_: offsets(10),
        _committed_offset={PLACE: committed},
    )
    return SimpleNamespace(_consumer=consumer, consumer=consumer, in_recovery=in_recovery)


def test_the_broker_tells_how_far_a_partition_goes():
    assert asyncio.run(progress_of(app_with(7))) == {PLACE: Progress(7, 10)}


def test_where_nothing_is_committed_work_begins_at_the_first_record_that_is_kept():
    assert asyncio.run(progress_of(app_with(None))) == {PLACE: Progress(3, 10)}


def test_nothing_is_known_while_positions_are_restored_or_no_broker_answers():
    assert asyncio.run(progress_of(app_with(7, in_recovery=True))) == {}
    assert asyncio.run(progress_of(app_with(7, answers=False))) == {}
