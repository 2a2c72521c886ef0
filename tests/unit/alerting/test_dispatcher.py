"""Receivers side by side: none delays another, and new routes are taken over while running."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from alerting.channels.base import Channel
from alerting.dispatcher import Dispatcher
from alerting.letter import Letter
from alerting.receivers import Receiver
from alerting.reload import RoutesFile
from alerting.settings import AlertingSettings
from stancewatch_schemas.models import Post
from stancewatch_shared.errors import UserError
from stancewatch_shared.settings import load_settings

from tests.unit.alerting.builders import Bench, RecordingChannel, change, routes

TWO = {
    "receivers": [{"name": "slow", "console": {}}, {"name": "quick", "console": {}}],
    "routes": [{"receivers": ["slow", "quick"]}],
}


class StuckChannel(RecordingChannel):
    """Takes for ever until let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    def send(self, letter: Letter, head: Post | None) -> Post:
        self.let_go.wait(20)
        return super().send(letter, head)


def eventually(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_stuck_receiver_delays_nobody() -> None:
    channels = {"slow": StuckChannel(), "quick": RecordingChannel()}
    bench = Bench(routes(**TWO))
    dispatcher = Dispatcher(bench.shared, lambda receiver: channels[receiver.name])
    dispatcher.start()
    try:
        bench.take(change("c1"), change("c2"))
        eventually(lambda: len(channels["quick"].sent) == 2)
        assert channels["slow"].sent == []
    finally:
        channels["slow"].let_go.set()
        dispatcher.stop()


def test_a_message_in_hand_is_finished_before_the_end() -> None:
    channel = StuckChannel()
    bench = Bench()
    dispatcher = Dispatcher(bench.shared, lambda _: channel)
    dispatcher.start()
    bench.take(change())
    eventually(lambda: bench.states() == [("c1", "sending", "notify")])
    threading.Timer(0.1, channel.let_go.set).start()
    dispatcher.stop()
    assert bench.states() == [("c1", "sent", "notify")]


def test_what_waits_for_a_removed_receiver_goes_to_the_dead_letters() -> None:
    bench = Bench(routes(receivers=[{"name": "desk", "console": {}}, {"name": "gone", "console": {}}],
                         routes=[{"receivers": ["gone"], "daily": {"at": "07:00", "zone": "UTC"}}]))  # fmt: skip
    dispatcher = Dispatcher(bench.shared, lambda _: RecordingChannel())
    dispatcher.start()
    bench.take(change())
    dispatcher.apply(routes())
    dispatcher.stop()
    assert bench.states() == [("c1", "failed", "receiver_removed")]
    assert [reason for _, reason, _ in bench.dead_letters.written] == ["receiver_removed"]


def test_a_bug_in_a_worker_is_handed_to_the_process() -> None:
    class Broken(RecordingChannel):
        def send(self, letter: Letter, head: Post | None) -> Post:
            raise KeyError("bug")

    bench = Bench()
    dispatcher = Dispatcher(bench.shared, lambda _: Broken())
    dispatcher.start()
    bench.take(change())
    eventually(lambda: dispatcher.failure is not None)
    dispatcher.stop()
    assert bench.states() == [("c1", "sending", "notify")]  # the restarted process looks for its post


GOOD = "receivers: [{name: desk, console: {}}]\nroutes: [{receivers: [desk]}]\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "routes.yaml"
    path.write_text(GOOD)
    return path


def test_changed_routes_are_taken_over(file: Path) -> None:
    loaded = RoutesFile(load_settings(AlertingSettings, alerting_routes=file))
    loaded.load()
    assert loaded.newer() is None
    file.write_text(GOOD.replace("desk", "newsroom"))
    fresh = loaded.newer()
    assert fresh is not None
    loaded.accept(lambda _: None, fresh)
    assert loaded.routes.receivers[0].name == "newsroom"


@pytest.mark.parametrize("bad", ["receivers: [", "", GOOD.replace("console: {}", "nosuch: {}")])
def test_a_bad_file_changes_nothing(file: Path, bad: str) -> None:
    loaded = RoutesFile(load_settings(AlertingSettings, alerting_routes=file))
    before = loaded.load()
    file.write_text(bad)
    assert loaded.newer() is None
    assert loaded.routes is before


def test_routes_whose_channels_cannot_be_built_change_nothing(file: Path) -> None:
    loaded = RoutesFile(load_settings(AlertingSettings, alerting_routes=file))
    before = loaded.load()
    bench = Bench()

    def build(receiver: Receiver) -> Channel:
        if receiver.name == "newsroom":
            raise UserError("HOOK is not set")
        return bench.channel

    dispatcher = Dispatcher(bench.shared, build)
    dispatcher.start()
    loaded.accept(
        dispatcher.apply,
        routes(receivers=[{"name": "newsroom", "console": {}}], routes=[{"receivers": ["newsroom"]}]),
    )
    bench.take(change())
    eventually(lambda: bench.states() == [("c1", "sent", "notify")])
    dispatcher.stop()
    assert loaded.routes is before


def test_the_gauge_tells_what_waits_and_why() -> None:
    from prometheus_client import REGISTRY

    bench = Bench(routes(routes=[{"receivers": ["desk"], "daily": {"at": "07:00", "zone": "UTC"}}]))
    bench.take(change("c1"), change("c2"))
    Dispatcher(bench.shared, lambda _: RecordingChannel()).measure()
    labels = {"receiver": "desk", "reason": "daily_digest"}
    assert REGISTRY.get_sample_value("stancewatch_alert_deliveries_open", labels) == 2


def test_what_is_old_and_done_is_forgotten() -> None:
    from datetime import timedelta

    bench = Bench()
    bench.take(change())
    bench.work()
    later: datetime = bench.clock.now() + timedelta(days=401)
    assert bench.ledger.forget_older_than(timedelta(days=400), later) == 1
    assert bench.store.state == {}
