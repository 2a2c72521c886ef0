"""Every rule of routing and delivery, seen where an editor sees it: in the channels of the local Slack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from alerting.channels.slack_bot import SlackBotChannel
from alerting.routes import Routes
from alerting.worker import Worker
from stancewatch_schemas.models import Silence, StanceChange
from stancewatch_shared.clock import FakeClock

from deploy.demo.fake_slack import FakeSlack, Faults, Message, Workspace, as_text
from tests.unit.alerting.builders import NOON, Bench, amendment, change, position, routes

DESK = {"name": "desk", "slack": {"channel": "C0DESK"}}
TRIAGE = {"name": "triage", "slack": {"channel": "C0TRIAGE"}}
NIGHT = {"from": "11:00", "until": "13:00", "zone": "UTC"}


class Newsroom(Bench):
    """A worker for every receiver, all posting to the local Slack on one fake clock."""

    def __init__(self, slack: FakeSlack, chosen: Routes) -> None:
        self.slack = slack
        super().__init__(chosen, self._channel("C0DESK"))
        slack.workspace.clock = lambda: self.clock.now().timestamp()

    def restart(self) -> None:
        super().restart()
        self.workers = [
            Worker(each, self._channel(each.slack.channel if each.slack else ""), self.shared)
            for each in self.routes.receivers
        ]

    def tell(self, *changes: StanceChange) -> None:
        """Changes come, and everybody works."""
        self.take(*changes)
        self.work()

    def work(self, steps: int = 200) -> None:
        for worker in self.workers:
            self.worker = worker
            super().work(steps)

    def later(self, **time: float) -> None:
        self.clock.advance(timedelta(**time))
        self.work()

    def in_channel(self, name: str) -> list[str]:
        """Head messages as read, oldest first."""
        return [as_text(each) for each in self._heads() if each.channel == name]

    def thread_of(self, number: int) -> list[str]:
        head = self._heads()[number]
        return [as_text(each) for each in self.slack.messages if each.thread_ts == head.ts]

    def _heads(self) -> list[Message]:
        return [each for each in self.slack.messages if each.thread_ts is None]

    def _channel(self, name: str) -> SlackBotChannel:
        return SlackBotChannel("xoxb-fake", name, True, self.slack.api_url)


@pytest.fixture
def newsroom() -> Iterator[Callable[..., Newsroom]]:
    """Makes a newsroom; ``receivers`` and ``routes`` as in the file."""
    with FakeSlack(workspace=Workspace(channels={"C0DESK", "C0TRIAGE"})) as slack:

        def make(**chosen: Any) -> Newsroom:
            return Newsroom(slack, routes(**{"receivers": [DESK], **chosen}))

        yield make


Make = Callable[..., Newsroom]
TWO_TIERS = {
    "receivers": [DESK, TRIAGE],
    "routes": [
        {"receivers": ["desk"], "match": {"tier": "confirmed"}},
        {"receivers": ["triage"], "match": {"tier": "possible"}},
    ],
}


def test_possible_goes_to_triage_and_a_second_source_brings_it_to_the_desk(newsroom: Make) -> None:
    room = newsroom(**TWO_TIERS)
    room.tell(change(confidence=0.8))
    assert (len(room.in_channel("C0TRIAGE")), len(room.in_channel("C0DESK"))) == (1, 0)
    assert "*Possible*, single source" in room.in_channel("C0TRIAGE")[0]
    room.tell(amendment("corroborated", confidence=0.8, witnesses=2))
    assert "*Confirmed*, 2 independent sources" in room.in_channel("C0DESK")[0]
    assert "*Confirmed*, 2 independent sources" in room.in_channel("C0TRIAGE")[0]
    assert "*Corroborated.*" in room.thread_of(0)[0]


def test_several_routes_match_and_each_receiver_gets_one(newsroom: Make) -> None:
    rest = [{"receivers": ["desk", "triage"]}, {"receivers": ["desk"], "match": {"kinds": ["reverse"]}}]
    room = newsroom(receivers=[DESK, TRIAGE], routes=rest)
    room.tell(change())
    assert (len(room.in_channel("C0DESK")), len(room.in_channel("C0TRIAGE"))) == (1, 1)


@pytest.mark.parametrize(
    "match",
    [
        {"actors": ["ilse"]}, {"issues": ["ferry"]}, {"desks": ["water"]}, {"kinds": ["reverse"]},
        {"min_confidence": 0.9}, {"languages": ["en"]}, {"min_witnesses": 1},
    ],
)  # fmt: skip
def test_a_route_takes_what_matches_and_nothing_else(newsroom: Make, match: dict[str, Any]) -> None:
    room = newsroom(
        routes=[{"receivers": ["desk"], "match": match}], desks=[{"name": "water", "actors": ["ilse"]}]
    )
    other = {"actor": {"id": "bo", "name": "Bo"}, "kind": "commit", "confidence": 0.7, "language": "fr",
             "issue": {"id": "toll", "name": "Toll", "proposition": "A toll."}}  # fmt: skip
    room.tell(change(), *([] if "min_witnesses" in match else [change("c2", **other)]))
    assert len(room.in_channel("C0DESK")) == 1


def test_a_burst_is_one_digest_with_both_quotes(newsroom: Make) -> None:
    room = newsroom(routes=[{"receivers": ["desk"], "group": {"wait": "60s", "at_least": 3}}])
    room.tell(*(change(f"c{number}") for number in range(3)))
    assert room.in_channel("C0DESK") == []
    room.later(seconds=60)
    [digest] = room.in_channel("C0DESK")
    assert digest.startswith("## 3 changes of position\nThey came at nearly the same time.")
    assert digest.count("“No ferry at night”") == digest.count("“I now want the ferry”") == 3


def test_a_daily_digest_comes_at_its_hour_in_its_zone(newsroom: Make) -> None:
    room = newsroom(routes=[{"receivers": ["desk"], "daily": {"at": "07:00", "zone": "Europe/London"}}])
    room.tell(change("c1"), change("c2"))
    room.later(hours=17, minutes=59)
    assert room.in_channel("C0DESK") == []
    room.later(minutes=1)  # 06:00 UTC is 07:00 in London's summer
    assert "Daily digest." in room.in_channel("C0DESK")[0]


def test_quiet_hours_hold_alerts_but_never_a_withdrawal(newsroom: Make) -> None:
    room = newsroom(receivers=[{**DESK, "quiet_hours": [{**NIGHT, "from": "14:00", "until": "16:00"}]}])
    room.tell(change("c1"))
    room.later(hours=3)
    room.tell(change("c2"), change("c3"), amendment("withdrawn"))
    assert "*Withdrawn: Ilse Varn on Night ferry" in room.thread_of(0)[0]
    assert len(room.in_channel("C0DESK")) == 1
    room.later(hours=1)
    assert "Held during quiet hours." in room.in_channel("C0DESK")[1]


def test_the_cap_says_how_many_are_held_and_loses_none(newsroom: Make) -> None:
    room = newsroom(receivers=[{**DESK, "cap_per_hour": 2}])
    room.tell(*(change(f"c{number}") for number in range(5)))
    assert room.in_channel("C0DESK")[2].startswith("3 more alerts are held")
    room.later(hours=1)
    assert room.in_channel("C0DESK")[3].startswith("## 3 changes of position\n3 held by the cap per hour.")


def test_a_silence_sends_nothing_while_it_lasts(newsroom: Make) -> None:
    room = newsroom()
    silence = Silence.model_validate(
        {"id": "s-1", "owner": "ann", "reason": "live", "match": {"actors": ["ilse"]}, "starts_at": NOON,
         "expires_at": NOON + timedelta(hours=2), "created_at": NOON}
    )  # fmt: skip
    room.silences.note(b"s-1", silence.model_dump_json().encode())
    room.tell(change("c1"))
    room.later(hours=2)
    room.tell(change("c2"))
    assert len(room.in_channel("C0DESK")) == 1


def test_a_reversal_mutes_the_softening_it_contains(newsroom: Make) -> None:
    room = newsroom()
    softening = change("c2", kind="soften", to=position("neutral", "I am not sure any more"))
    room.tell(change("c1"), softening)
    assert ["Reversal" in text for text in room.in_channel("C0DESK")] == [True]


def test_a_storm_at_one_receiver_delays_no_other_and_loses_nothing(newsroom: Make) -> None:
    room = newsroom(receivers=[DESK, TRIAGE], routes=[{"receivers": ["desk", "triage"]}])
    room.slack.workspace.faults = Faults(storm=1, retry_after_seconds=30)
    room.tell(change())
    assert (len(room.in_channel("C0DESK")), len(room.in_channel("C0TRIAGE"))) == (0, 1)
    room.later(seconds=29)
    assert len(room.in_channel("C0DESK")) == 0
    room.later(seconds=2)
    assert len(room.in_channel("C0DESK")) == 1


def test_a_lost_answer_to_a_digest_makes_no_second_digest(newsroom: Make) -> None:
    room = newsroom(routes=[{"receivers": ["desk"], "group": {"wait": "1s", "at_least": 2}}])
    room.slack.workspace.faults = Faults(lose_responses=1)
    room.tell(change("c1"), change("c2"))
    room.later(seconds=1)
    room.restart()
    room.later(minutes=5)
    assert len(room.in_channel("C0DESK")) == 1
    assert {state for _, state, _ in room.states()} == {"sent"}


def test_hostile_text_reaches_every_kind_of_message_as_text(newsroom: Make) -> None:
    from deploy.demo.fake_slack import mentions

    hostile = "<!channel> <https://evil.example|Reuters> \u202eabc *bold* `code` <b>x</b>"
    foreign = {"to": position("support", hostile, source=hostile), "explanation": hostile,
               "actor": {"id": "h", "name": hostile}, "issue": {"id": "i", "name": hostile, "proposition": hostile}}  # fmt: skip
    room = newsroom(receivers=[{**DESK, "cap_per_hour": 1}])
    room.tell(change("c1", **foreign), change("c2", **foreign), change("c3", **foreign))
    room.tell(
        *(
            amendment(event, f"c1/{event}", **foreign)
            for event in ("corroborated", "condition_added", "withdrawn")
        )
    )
    room.later(hours=1)
    assert len(room.slack.messages) == 6  # head, notice, three replies, digest
    assert [mentions(each) for each in room.slack.messages] == [[]] * 6
    assert "\u202e" not in str([each.blocks for each in room.slack.messages])


def test_the_fake_keeps_the_time_it_is_given() -> None:
    clock = FakeClock(NOON)
    workspace = Workspace(clock=lambda: clock.now().timestamp())
    assert workspace.post("C1", {"text": "x"}).ts.startswith(str(int(NOON.timestamp())))
