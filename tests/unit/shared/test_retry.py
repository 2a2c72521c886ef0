from __future__ import annotations

from stancewatch_shared.retry import Backoff, InvalidLimit


def test_waits_double_up_to_the_longest() -> None:
    backoff = Backoff(first_seconds=1, longest_seconds=5)
    assert [backoff.delay_seconds(attempt) for attempt in (1, 2, 3, 4, 5)] == [1, 2, 4, 5, 5]


def test_what_the_other_side_asks_for_wins() -> None:
    assert Backoff().delay_seconds(1, asked_seconds=17) == 17


def test_a_very_late_attempt_does_not_overflow() -> None:
    assert Backoff().delay_seconds(5000) == Backoff().longest_seconds


def test_a_few_invalid_records_are_no_reason_to_stop() -> None:
    limit = InvalidLimit(at_least=10)
    assert not any(limit.note(is_invalid=True) for _ in range(9))


def test_mostly_invalid_records_are() -> None:
    limit = InvalidLimit(at_least=10)
    assert [limit.note(is_invalid=True) for _ in range(10)][-1] is True


def test_half_of_them_is_still_borne() -> None:
    limit = InvalidLimit(largest_share=0.5, at_least=10)
    assert not any(limit.note(is_invalid=number % 2 == 1) for number in range(100))
