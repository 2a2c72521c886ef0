"""A receiver in trouble: busy, silent, refusing; nothing is lost, repeated unmarked, or in others' way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from alerting.channels.base import MaybeSent, NotSent, Refused
from alerting.letter import Letter
from stancewatch_schemas.models import Post

from tests.unit.alerting.builders import Bench, RecordingChannel, amendment, change
from tests.unit.alerting.worker_bench import roles


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_follow_up_waits_for_a_head_that_is_in_trouble(bench: Bench) -> None:
    bench.channel.failures = [NotSent("busy", 60)]
    bench.take(change())
    bench.work()
    bench.take(amendment("corroborated"))
    bench.work()
    assert roles(bench.channel) == []
    bench.clock.advance(timedelta(seconds=61))
    bench.work()
    assert roles(bench.channel) == ["head", "follow_up"]


def test_a_busy_receiver_is_asked_again_when_it_said(bench: Bench) -> None:
    bench.channel.failures = [NotSent("429", 7)]
    bench.take(change())
    assert bench.worker.step() == 0
    assert bench.worker.step() == pytest.approx(7)
    bench.clock.advance(timedelta(seconds=7))
    bench.work()
    assert roles(bench.channel) == ["head"]


def test_a_lost_answer_makes_no_second_post(bench: Bench) -> None:
    bench.channel.failures = [MaybeSent("no answer")]
    bench.channel.taken_before_failure = True
    bench.take(change())
    bench.work()
    bench.clock.advance(timedelta(minutes=1))
    bench.work()
    assert roles(bench.channel) == ["head"]
    assert bench.states() == [("c1", "sent", "retry")]


def test_a_lost_answer_then_a_429_still_makes_no_second_post(bench: Bench) -> None:
    bench.channel.failures = [MaybeSent("no answer")]
    bench.channel.taken_before_failure = True
    bench.take(change())
    bench.work()
    find, bench.channel.find = bench.channel.find, _raise(NotSent("429", 1))
    bench.clock.advance(timedelta(minutes=1))
    bench.work()
    bench.channel.find = find
    bench.clock.advance(timedelta(minutes=1))
    bench.work()
    assert roles(bench.channel) == ["head"]


def test_a_channel_that_cannot_look_says_that_it_may_repeat(bench: Bench) -> None:
    bench.channel.can_thread = False
    bench.channel.failures = [MaybeSent("no answer")]
    bench.take(change())
    bench.work()
    bench.clock.advance(timedelta(minutes=1))
    bench.work()
    assert [each.may_be_repeat for each in bench.channel.sent] == [True]


def test_a_refusal_becomes_a_dead_letter_and_blocks_nobody(bench: Bench) -> None:
    bench.channel.failures = [Refused("channel_not_found")]
    bench.take(change("c1"), change("c2"))
    bench.work()
    assert bench.dead_letters.written == [("c1", "refused", "channel_not_found")]
    assert bench.states() == [("c1", "failed", "refused"), ("c2", "sent", "notify")]


def test_a_replayed_dead_letter_is_sent_once(bench: Bench) -> None:
    bench.channel.failures = [Refused("channel_not_found")]
    bench.take(change())
    bench.work()
    bench.take(change(), change())
    bench.work()
    assert roles(bench.channel) == ["head"]


def test_after_a_day_of_trouble_it_gives_up_visibly(bench: Bench) -> None:
    bench.channel.failures = [MaybeSent("HTTP 500")] * 2000
    bench.take(change())
    for _ in range(600):
        bench.work()
        bench.clock.advance(timedelta(minutes=5))
    assert [reason for _, reason, _ in bench.dead_letters.written] == ["gave_up"]
    assert bench.states() == [("c1", "failed", "gave_up")]


def test_follow_ups_of_a_head_that_failed_are_muted_with_a_reason(bench: Bench) -> None:
    bench.channel.failures = [Refused("is_archived")]
    bench.take(change())
    bench.work()
    bench.take(amendment("withdrawn"))
    bench.work()
    assert ("c1/2", "muted", "head_not_sent") in bench.states()


def test_a_bot_that_may_not_read_says_that_it_may_repeat(bench: Bench) -> None:
    bench.channel.failures = [MaybeSent("no answer")]
    bench.channel.find = _raise(Refused("missing_scope"))
    bench.take(change())
    bench.work()
    bench.clock.advance(timedelta(minutes=1))
    bench.work()
    assert [each.may_be_repeat for each in bench.channel.sent] == [True]


def test_one_message_that_always_fails_does_not_block_the_others_for_long() -> None:
    class Picky(RecordingChannel):
        def send(self, letter: Letter, head: Post | None) -> Post:
            if letter.entry.view.head.id == "c1":
                raise MaybeSent("HTTP 500")
            return super().send(letter, head)

    bench = Bench(channel=Picky())
    bench.take(change("c1"), change("c2"), change("c3"))
    for _ in range(5):
        bench.work()
        bench.clock.advance(timedelta(seconds=10))
    assert sorted(each.entry.view.head.id for each in bench.channel.sent) == ["c2", "c3"]


def _raise(error: Exception) -> object:
    def fail(*_: object) -> None:
        raise error

    return fail
