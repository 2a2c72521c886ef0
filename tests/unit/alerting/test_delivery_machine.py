"""Any order of changes, time, faults and kills: no message twice, none lost, every no with a reason."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from alerting.channels.base import MaybeSent, NotSent
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.unit.alerting.builders import Bench, amendment, change, routes

CHANGES = [f"c{number}" for number in range(6)]
EVENTS = ["corroborated", "condition_dropped", "corrected", "withdrawn"]


class Delivery(RuleBasedStateMachine):
    """One receiver with quiet hours, a cap and grouping."""

    def __init__(self) -> None:
        super().__init__()
        receiver = {
            "name": "desk",
            "console": {},
            "cap_per_hour": 2,
            "quiet_hours": [{"from": "14:00", "until": "15:00", "zone": "UTC"}],
        }
        route = {"receivers": ["desk"], "group": {"wait": "60s", "at_least": 2}}
        self.bench = Bench(routes(receivers=[receiver], routes=[route]))
        self.taken: set[str] = set()

    @rule(number=st.sampled_from(CHANGES))
    def a_change_comes(self, number: str) -> None:
        self.bench.take(change(number))
        self.taken.add(number)

    @rule(number=st.sampled_from(CHANGES), event=st.sampled_from(EVENTS))
    def an_amendment_comes(self, number: str, event: str) -> None:
        if number in self.taken:
            self.bench.take(amendment(event, f"{number}/{event}", number))

    @rule(minutes=st.sampled_from([0, 1, 10, 61, 200]))
    def time_passes_and_the_worker_works(self, minutes: int) -> None:
        self.bench.clock.advance(timedelta(minutes=minutes))
        self.bench.work()

    @rule(taken=st.booleans())
    def the_next_answer_is_lost(self, taken: bool) -> None:
        self.bench.channel.taken_before_failure = taken
        self.bench.channel.failures = [MaybeSent("lost")]

    @rule()
    def the_receiver_is_busy(self) -> None:
        self.bench.channel.taken_before_failure = False
        self.bench.channel.failures = [NotSent("429", 5)]

    @rule()
    def the_process_is_killed(self) -> None:
        self.bench.restart()

    @invariant()
    def nothing_is_told_twice(self) -> None:
        told = Counter(
            (entry.view.head.id if letter.role in ("head", "digest") else letter.id)
            for letter in self.bench.channel.sent
            for entry in letter.entries
        )
        assert all(count == 1 for count in told.values()), told

    def teardown(self) -> None:
        """In the end everything is sent, or muted with a reason."""
        self.bench.channel.failures = []
        for _ in range(30):
            self.bench.clock.advance(timedelta(minutes=61))
            self.bench.work()
        told = {
            entry.view.head.id
            for letter in self.bench.channel.sent
            if letter.role in ("head", "digest")
            for entry in letter.entries
        }
        for number in self.taken:
            known = self.bench.ledger.get(number)
            assert known is not None
            head = known.deliveries[0]
            assert head.state in ("sent", "muted")
            assert (number in told) is (head.state == "sent")
            assert head.state == "sent" or head.reason == "withdrawn_before_sent"
        assert all(state in ("sent", "muted") for _, state, _ in self.bench.states())


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
