"""A receiver's worker: each change once, follow-ups below their head, and the head kept true."""

from __future__ import annotations

import pytest

from tests.unit.alerting.builders import Bench, amendment, change
from tests.unit.alerting.worker_bench import roles


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_change_is_sent_once_and_recorded(bench: Bench) -> None:
    bench.take(change(), change())
    bench.work()
    assert roles(bench.channel) == ["head"]
    assert bench.states() == [("c1", "sent", "notify")]


def test_a_restart_repeats_nothing(bench: Bench) -> None:
    bench.take(change())
    bench.work()
    bench.restart()
    bench.take(change())
    bench.work()
    assert roles(bench.channel) == ["head"]


def test_a_follow_up_goes_into_the_thread_and_the_head_is_made_true(bench: Bench) -> None:
    bench.take(change())
    bench.work()
    bench.take(amendment("corroborated", witnesses=2))
    bench.work()
    assert roles(bench.channel) == ["head", "follow_up"]
    assert bench.channel.updated[-1].entry.view.witnesses == 2
