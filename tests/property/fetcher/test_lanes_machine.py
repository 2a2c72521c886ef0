"""Whatever happens in which order: one request per host, never too soon, and no task lost."""

from collections import Counter

from fetcher.lanes import Lanes
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

HOSTS = st.sampled_from("abc")


class LanesMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.lanes = Lanes()
        self.now = 0.0
        self.added, self.taken = Counter(), Counter()
        self.busy = set()
        self.free_at = dict.fromkeys("abc", 0.0)

    @rule(host=HOSTS)
    def add(self, host):
        self.lanes.add(host, host)
        self.added[host] += 1

    @rule()
    def take(self):
        host = self.lanes.take(self.now)
        waiting = {
            h
            for h in "abc"
            if self.added[h] > self.taken[h] and h not in self.busy and self.free_at[h] <= self.now
        }
        if host is None:
            assert not waiting
        else:
            assert host in waiting
            self.taken[host] += 1
            self.busy.add(host)

    @rule(pause=st.sampled_from([0.0, 1.0, 5.0]), data=st.data())
    def done(self, pause, data):
        if self.busy:
            host = data.draw(st.sampled_from(sorted(self.busy)))
            self.busy.discard(host)
            self.lanes.done(host, self.now, pause)
            self.free_at[host] = max(self.free_at[host], self.now + pause)

    @rule(host=HOSTS, seconds=st.integers(0, 20))
    def hold(self, host, seconds):
        self.lanes.hold(host, self.now + seconds)
        self.free_at[host] = max(self.free_at[host], self.now + seconds)

    @rule(seconds=st.integers(1, 10))
    def wait(self, seconds):
        self.now += seconds

    @rule()
    def sweep(self):
        self.lanes.sweep(self.now)

    @invariant()
    def nothing_is_lost(self):
        assert len(self.lanes) == sum(self.added.values()) - sum(self.taken.values())


TestLanes = LanesMachine.TestCase
TestLanes.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
