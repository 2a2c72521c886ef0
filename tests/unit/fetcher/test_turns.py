"""Whose turn it is to ask a host."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fetcher.outcomes import Failed, Throttled
from fetcher.turns import HostTurns, NoTurn

# What a thread that should not be waiting at all may take on a busy machine.
LONG = 30.0


class Clock:
    """Seconds that stand still unless told."""

    seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


def refused(turns, host, **options):
    """The outcome of asking for a turn that is not to be had."""
    with pytest.raises(NoTurn) as caught, turns.turn(host, waits=False, **options):
        pass
    return caught.value.outcome


def ask(turns, host, pause=0.0):
    with turns.turn(host, pause, waits=False):
        pass


def test_a_host_is_asked_by_one_at_a_time(clock):
    turns = HostTurns(monotonic=clock)
    with turns.turn("a"):
        assert turns.free_at("a") is None
        assert isinstance(refused(turns, "a"), Failed)
        ask(turns, "b")
    ask(turns, "a")


def test_between_two_requests_it_has_its_pause(clock):
    turns = HostTurns(2.0, monotonic=clock)
    ask(turns, "a")
    assert turns.free_at("a") == 2.0
    clock.seconds = 1.9
    refused(turns, "a")
    clock.seconds = 2.0
    ask(turns, "a")


def test_the_pause_that_it_asks_for_counts_when_longer(clock):
    turns = HostTurns(2.0, monotonic=clock)
    ask(turns, "a", pause=7.0)
    assert turns.free_at("a") == 7.0


def test_the_wait_that_an_answer_asked_for_is_passed_on_in_its_words(clock):
    turns = HostTurns(monotonic=clock)
    turns.rest("a", 3600, 429)
    clock.seconds = 600
    assert refused(turns, "a") == Throttled(429, timedelta(seconds=3000))
    with pytest.raises(NoTurn):
        turns.look("a")


def test_a_long_wait_is_nothing_to_wait_for():
    turns = HostTurns(patience_seconds=LONG)
    turns.rest("a", 3600, 503)
    with pytest.raises(NoTurn) as caught, turns.turn("a"):
        pass
    assert caught.value.outcome.status == 503


def test_patience_ends():
    turns = HostTurns(patience_seconds=0.05)
    with turns.turn("a"), ThreadPoolExecutor(1) as threads:
        outcome = threads.submit(take, turns, "a").result(LONG)
    assert isinstance(outcome, Failed)
    assert "a is busy" in outcome.detail


def test_who_comes_first_is_served_first():
    turns, served = HostTurns(patience_seconds=LONG), []

    def come(name):
        with turns.turn("a"):
            served.append(name)

    with ThreadPoolExecutor(3) as threads, turns.turn("a"):
        for name in range(3):
            threads.submit(come, name)
            wait_until(lambda expected=name + 1: waiting(turns, "a") == expected)
    assert served == [0, 1, 2]


def test_whoever_waits_is_let_go_at_the_end():
    turns = HostTurns(patience_seconds=LONG)
    with turns.turn("a"), ThreadPoolExecutor(1) as threads:
        outcome = threads.submit(take, turns, "a")
        wait_until(lambda: waiting(turns, "a") == 1)
        turns.close()
        assert isinstance(outcome.result(LONG), Failed)


def test_many_threads_never_meet_at_one_host():
    turns, inside, met = HostTurns(patience_seconds=LONG), [0], []

    def visit(_):
        with turns.turn("a"):
            inside[0] += 1
            met.append(inside[0])
            inside[0] -= 1

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(visit, range(200)))
    assert met == [1] * 200


def test_hosts_without_wishes_are_forgotten(clock):
    turns = HostTurns(1.0, monotonic=clock)
    ask(turns, "a")
    turns.rest("b", 60, 429)
    clock.seconds = 10.0
    turns.sweep()
    assert list(turns._hosts) == ["b"]


def take(turns, host):
    """The outcome of waiting for a turn, None if it came."""
    try:
        with turns.turn(host):
            return None
    except NoTurn as no_turn:
        return no_turn.outcome


def waiting(turns, host):
    return len(turns._hosts[host].queue)


def wait_until(condition):
    deadline = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < deadline
        threading.Event().wait(0.005)
