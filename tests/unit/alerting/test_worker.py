"""A receiver's worker: order, holds, retries, and what a crash may not do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from alerting.channels.base import MaybeSent, NotSent, Refused
from alerting.letter import Letter
from stancewatch_schemas.models import Post, Silence

from tests.unit.alerting.builders import (
    NOON,
    Bench,
    RecordingChannel,
    amendment,
    change,
    position,
    routes,
)


def roles(channel: RecordingChannel) -> list[str]:
    return [each.role for each in channel.sent]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def receiver(**more: object) -> Bench:
    return Bench(routes(receivers=[{"name": "desk", "console": {}, **more}]))


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


def test_an_amendment_of_a_held_alert_is_told_by_its_head() -> None:
    bench = receiver(quiet_hours=[{"from": "11:00", "until": "13:00", "zone": "UTC"}])
    bench.take(change())
    bench.work()
    bench.take(amendment("corroborated", witnesses=3))
    bench.clock.advance(timedelta(hours=1))
    bench.work()
    assert roles(bench.channel) == ["head"]
    assert bench.channel.sent[0].entry.view.witnesses == 3


def test_an_alert_that_is_withdrawn_while_held_is_never_sent() -> None:
    bench = receiver(quiet_hours=[{"from": "11:00", "until": "13:00", "zone": "UTC"}])
    bench.take(change())
    bench.work()
    bench.take(amendment("withdrawn"))
    bench.clock.advance(timedelta(hours=2))
    bench.work()
    assert roles(bench.channel) == []
    assert ("c1", "muted", "withdrawn_before_sent") in bench.states()


def test_a_withdrawal_passes_quiet_hours() -> None:
    bench = receiver(quiet_hours=[{"from": "13:00", "until": "18:00", "zone": "UTC"}])
    bench.take(change())
    bench.work()
    bench.clock.advance(timedelta(hours=2))
    bench.take(amendment("corroborated", "c1/2"), amendment("withdrawn", "c1/3"))
    bench.work()
    assert [(each.role, each.change and each.change.event) for each in bench.channel.sent] == [
        ("head", None),
        ("follow_up", "withdrawn"),
    ]
    assert bench.channel.updated[-1].entry.view.withdrawal is not None


def test_what_was_held_overnight_is_one_digest() -> None:
    bench = receiver(quiet_hours=[{"from": "11:00", "until": "13:00", "zone": "UTC"}])
    bench.take(change("c1"), change("c2"), change("c3"))
    bench.work()
    bench.clock.advance(timedelta(hours=1))
    bench.work()
    assert roles(bench.channel) == ["digest"]
    assert len(bench.channel.sent[0].entries) == 3
    assert "quiet hours" in bench.channel.sent[0].note


def test_a_follow_up_of_a_digested_alert_edits_the_digest() -> None:
    bench = receiver(quiet_hours=[{"from": "11:00", "until": "13:00", "zone": "UTC"}])
    bench.take(change("c1"), change("c2"))
    bench.work()
    bench.clock.advance(timedelta(hours=1))
    bench.work()
    bench.take(amendment("withdrawn"))
    bench.work()
    assert bench.channel.updated[-1].role == "digest"
    assert [e.view.withdrawal is not None for e in bench.channel.updated[-1].entries] == [True, False]


def test_beyond_the_cap_the_rest_is_held_told_and_delivered_later() -> None:
    bench = receiver(cap_per_hour=2)
    bench.take(*(change(f"c{number}") for number in range(5)))
    bench.work()
    assert roles(bench.channel) == ["head", "head", "notice"]
    latest = (bench.channel.updated or bench.channel.sent)[-1]
    assert latest.note.startswith("3 more alerts are held")
    bench.clock.advance(timedelta(hours=1))
    bench.work()
    assert roles(bench.channel)[-1] == "digest"
    assert len(bench.channel.sent[-1].entries) == 3


def test_a_digest_counts_once_for_the_cap() -> None:
    bench = receiver(cap_per_hour=2, quiet_hours=[{"from": "11:00", "until": "13:00", "zone": "UTC"}])
    bench.take(*(change(f"c{number}") for number in range(5)))
    bench.work()
    bench.clock.advance(timedelta(hours=1))
    bench.work()
    bench.take(change("late"))
    bench.work()
    assert roles(bench.channel) == ["digest", "head"]


def test_a_burst_on_a_grouped_route_becomes_one_digest() -> None:
    bench = Bench(routes(routes=[{"receivers": ["desk"], "group": {"wait": "30s", "at_least": 3}}]))
    bench.take(change("c1"), change("c2"), change("c3"))
    bench.work()
    assert roles(bench.channel) == []
    bench.clock.advance(timedelta(seconds=30))
    bench.work()
    assert roles(bench.channel) == ["digest"]


def test_fewer_than_a_burst_are_sent_one_by_one() -> None:
    bench = Bench(routes(routes=[{"receivers": ["desk"], "group": {"wait": "30s", "at_least": 3}}]))
    bench.take(change("c1"), change("c2"))
    bench.clock.advance(timedelta(seconds=30))
    bench.work()
    assert roles(bench.channel) == ["head", "head"]


def test_a_daily_digest_waits_for_its_time() -> None:
    daily = {"at": "07:30", "zone": "Europe/London"}
    bench = Bench(routes(routes=[{"receivers": ["desk"], "daily": daily}]))
    bench.take(change("c1"))
    bench.work()
    assert roles(bench.channel) == []
    bench.clock.set(NOON.replace(day=11, hour=6, minute=30))
    bench.work()
    assert roles(bench.channel) == ["digest"]


def test_more_than_a_digest_holds_become_several() -> None:
    bench = receiver(quiet_hours=[{"from": "11:00", "until": "13:00", "zone": "UTC"}])
    bench.take(*(change(f"c{number}") for number in range(90)))
    bench.work()
    bench.clock.advance(timedelta(hours=1))
    bench.work()
    assert [len(each.entries) for each in bench.channel.sent] == [40, 40, 10]


def test_a_silence_added_while_an_alert_is_held_mutes_it() -> None:
    bench = receiver(quiet_hours=[{"from": "11:00", "until": "13:00", "zone": "UTC"}])
    bench.take(change())
    bench.work()
    silence = Silence.model_validate(
        {
            "id": "s1",
            "owner": "ann",
            "reason": "live blog",
            "match": {"actors": ["ilse"]},
            "starts_at": NOON,
            "expires_at": NOON + timedelta(days=1),
            "created_at": NOON,
        }
    )
    bench.silences.note(b"s1", silence.model_dump_json().encode())
    bench.clock.advance(timedelta(hours=1))
    bench.work()
    assert bench.states() == [("c1", "muted", "silenced")]


def test_a_reversal_mutes_the_softening_that_is_still_held() -> None:
    bench = receiver(quiet_hours=[{"from": "11:00", "until": "13:00", "zone": "UTC"}])
    softening = change("soft", kind="soften", to=position("neutral", "I am undecided"))
    bench.take(softening, change("hard"))
    bench.work()
    bench.clock.advance(timedelta(hours=1))
    bench.work()
    assert ("soft", "muted", "inhibited") in bench.states()
    assert ("hard", "sent", "quiet_hours") in bench.states()


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


class Killed(BaseException):
    """kill -9 at this very point."""


class Trapdoors:
    """Before and after each thing a Bench does outside itself; it falls through number ``fatal``."""

    def __init__(self, bench: Bench, fatal: int) -> None:
        self.passed, self._fatal = 0, fatal
        for owner, name in ((bench.store, "put"), (bench.channel, "send"), (bench.channel, "update")):
            self._guard(owner, name)

    def _guard(self, owner: object, name: str) -> None:
        effect = getattr(owner, name)

        def guarded(*given: object) -> object:
            self._pass()
            result = effect(*given)
            self._pass()
            return result

        setattr(owner, name, guarded)

    def _pass(self) -> None:
        self.passed += 1
        if self.passed == self._fatal:
            raise Killed


def a_burst_and_its_follow_up(bench: Bench) -> None:
    """Three alerts in one digest; then a second source for one of them."""
    for each in ("c0", "c1", "c2"):
        bench.take(change(each))
    bench.clock.advance(timedelta(seconds=1))
    bench.work()
    bench.take(amendment("corroborated", "c0/2", "c0"))
    bench.work()


def more_than_the_cap(bench: Bench) -> None:
    """One alert at once, the notice, the others an hour later."""
    for each in ("c0", "c1", "c2"):
        bench.take(change(each))
        bench.work()
    bench.clock.advance(timedelta(hours=1, seconds=1))
    bench.work()


def a_withdrawal(bench: Bench) -> None:
    """An alert that is withdrawn once it was told."""
    bench.take(change("c0"))
    bench.work()
    bench.take(amendment("withdrawn", "c0/2", "c0"))
    bench.work()


DESK = {"name": "desk", "console": {}}
SITUATIONS: list[tuple[Callable[[Bench], None], dict[str, Any]]] = [
    (
        a_burst_and_its_follow_up,
        {"routes": [{"receivers": ["desk"], "group": {"wait": "1s", "at_least": 3}}]},
    ),
    (more_than_the_cap, {"receivers": [{**DESK, "cap_per_hour": 1}]}),
    (a_withdrawal, {}),
]


@pytest.mark.parametrize(("situation", "chosen"), SITUATIONS)
def test_no_kill_before_or_after_any_effect_repeats_or_loses_a_message(
    situation: Callable[[Bench], None], chosen: dict[str, Any]
) -> None:
    """The restarted worker, handed out again what was not committed, ends where an undisturbed one does."""
    undisturbed = Bench(routes(**chosen))
    effects = Trapdoors(undisturbed, fatal=0)
    situation(undisturbed)
    for fatal in range(1, effects.passed + 1):
        bench = Bench(routes(**chosen))
        Trapdoors(bench, fatal)
        with pytest.raises(Killed):
            situation(bench)
        bench.restart()
        situation(bench)
        assert told_by(bench) == told_by(undisturbed), f"killed at effect {fatal} of {effects.passed}"
        assert all(state in ("sent", "muted") for _, state, _ in bench.states())


def told_by(bench: Bench) -> dict[str, list[str]]:
    """What a reader sees: alerts (in whatever digests), follow-ups and notices, each as often as it was sent."""
    assert isinstance(bench.channel, RecordingChannel)
    heads = [
        entry.view.head.id
        for letter in bench.channel.sent
        if letter.role in ("head", "digest")
        for entry in letter.entries
    ]
    follow_ups = [letter.id for letter in bench.channel.sent if letter.role == "follow_up"]
    notices = [letter.id for letter in bench.channel.sent if letter.role == "notice"]
    assert len(set(notices)) == len(notices)
    return {"heads": sorted(heads), "follow_ups": sorted(follow_ups), "notice": ["told"] if notices else []}


def _raise(error: Exception) -> object:
    def fail(*_: object) -> None:
        raise error

    return fail
