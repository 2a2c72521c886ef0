"""Whatever happens in which order: one task per host, never too soon, and no task lost."""

from collections import Counter

from fetcher.lanes import LOOK_AGAIN_SECONDS, Lanes
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

HOSTS = st.sampled_from("abc")


class LanesMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.now = 0.0
        self.free_at = dict.fromkeys("abc", 0.0)
        self.elsewhere = (
            set()
        )  # hosts that a redirect from another host is asking; when they rest from it is not lost
        self.lanes = Lanes(lambda host: None if host in self.elsewhere else self.free_at[host])
        self.added, self.taken = Counter(), Counter()
        self.busy = set()

    @rule(host=HOSTS)
    def add(self, host):
        self.lanes.add(host, host)
        self.added[host] += 1

    @rule()
    def take(self):
        # Hosts that were not free are looked at again after a moment.
        self.now += LOOK_AGAIN_SECONDS
        host = self.lanes.take(self.now)
        waiting = {
            h
            for h in "abc"
            if self.added[h] > self.taken[h]
            and h not in self.busy
            and h not in self.elsewhere
            and self.free_at[h] <= self.now
        }
        if host is None:
            assert not waiting
        else:
            assert host in waiting
            self.taken[host] += 1
            self.busy.add(host)

    @rule(data=st.data(), pause=st.sampled_from([0.0, 1.0, 5.0]))
    def done(self, data, pause):
        if self.busy:
            host = data.draw(st.sampled_from(sorted(self.busy)))
            self.busy.discard(host)
            self._rests(host, pause)
            self.lanes.done(host)

    @rule(host=HOSTS, seconds=st.integers(0, 20))
    def rest(self, host, seconds):
        self._rests(host, seconds)

    @rule(host=HOSTS)
    def another_request_takes_the_host(self, host):
        self.elsewhere.add(host)

    def _rests(self, host, seconds):
        self.elsewhere.discard(host)
        self.free_at[host] = max(self.free_at[host], self.now + seconds)

    @rule(seconds=st.integers(1, 10))
    def wait(self, seconds):
        self.now += seconds

    @invariant()
    def nothing_is_lost(self):
        assert len(self.lanes) == sum(self.added.values()) - sum(self.taken.values())


TestLanes = LanesMachine.TestCase
TestLanes.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
