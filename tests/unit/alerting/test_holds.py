"""What is held comes later and whole: quiet hours, the cap per hour, bursts, the daily digest; or is muted meanwhile."""

from __future__ import annotations

from datetime import timedelta

from stancewatch_schemas.models import Silence

from tests.unit.alerting.builders import NOON, Bench, amendment, change, position, routes
from tests.unit.alerting.worker_bench import receiver, roles


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
