"""Records of several partitions in the order in which they came into Kafka, however they are read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from stancewatch_shared.record import Record
from timeline.in_order_of_time import InOrderOfTime

A, B = ("changes", 0), ("changes", 1)


def record(place: tuple[str, int], offset: int, timestamp_ms: int) -> Record:
    return Record(place[0], place[1], offset, b"", timestamp_ms=timestamp_ms)


def times(records: list[Record]) -> list[int]:
    return [each.timestamp_ms for each in records]


def test_two_partitions_are_one_stream_by_time() -> None:
    order = InOrderOfTime()
    order.add([record(A, 0, 1), record(A, 1, 4), record(B, 0, 2), record(B, 1, 3)])
    assert times(order.ready(())) == [1, 2, 3, 4]


def test_nothing_goes_on_while_an_earlier_one_may_come_from_elsewhere() -> None:
    order = InOrderOfTime()
    order.add([record(A, 0, 5)])
    assert order.ready([A, B]) == []
    order.add([record(B, 0, 3)])
    assert times(order.ready([A, B])) == [3]


def test_a_partition_that_is_read_to_its_end_holds_up_nobody() -> None:
    order = InOrderOfTime()
    order.add([record(A, 0, 5), record(A, 1, 6)])
    assert times(order.ready([A])) == [5, 6]


def test_within_a_partition_its_own_order_stands_even_against_the_clock() -> None:
    order = InOrderOfTime()
    order.add([record(A, 0, 9), record(A, 1, 1)])
    assert [each.offset for each in order.ready(())] == [0, 1]


def test_a_partition_that_is_far_ahead_is_told() -> None:
    order = InOrderOfTime()
    order.add([record(A, offset, offset) for offset in range(4)] + [record(B, 0, 0)])
    assert order.crowded(3) == {A}


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 50)), max_size=40),
    st.lists(st.integers(0, 2), max_size=60),
)
def test_however_it_is_read_the_order_is_the_same_and_nothing_is_lost(
    written: list[tuple[int, int]], turns: list[int]
) -> None:
    """``turns``: which partition the next record is read from; in the end all are read whole."""
    left: dict[tuple[str, int], list[Record]] = {("t", number): [] for number in range(3)}
    for number, moment in sorted(written, key=lambda one: one[1]):
        place = ("t", number)
        left[place].append(record(place, len(left[place]), moment))
    together = InOrderOfTime()
    together.add(each for records in left.values() for each in records)
    expected = together.ready(())
    piecemeal, found = InOrderOfTime(), []
    for turn in [*turns, *(number for number in range(3) for _ in range(40))]:
        if left["t", turn]:
            piecemeal.add([left["t", turn].pop(0)])
        found += piecemeal.ready([place for place, records in left.items() if records])
    found += piecemeal.ready(())
    assert times(found) == times(expected)
    assert sorted((each.partition, each.offset) for each in found) == sorted(
        (each.partition, each.offset) for each in expected
    )
