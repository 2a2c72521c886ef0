"""kill -9 before and after every effect of a worker, in memory; on a real broker: tests/integration/alerting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.alerting.builders import Bench, RecordingChannel, amendment, change, routes


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
