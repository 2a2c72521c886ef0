"""faust-streaming issue #596: partitions are resumed only after the seek. The first test fails without our file."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from faust.tables.recovery import Recovery
from stance_classifier.stream import recovery_order

TP = ("articles", 0)


class _Consumer:
    """Notes the order of calls; a seek takes a while, as on a network."""

    def __init__(self):
        self.calls = []

    def assignment(self):
        return {TP}

    def resume_partitions(self, partitions):
        self.calls.append(("resume", *sorted(partitions)))

    async def perform_seek(self):
        self.calls.append("seek begins")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self.calls.append("seek ends")

    def resume_flow(self):
        self.calls.append("flow")


def recovery_with(consumer, fetcher_seeks=False):
    """A stand-in with what the two methods of Recovery touch."""

    async def nothing(*_, **__):
        return None

    async def wait(coroutine, timeout=None):
        if fetcher_seeks:
            await asyncio.create_task(other_task(consumer))
        await coroutine

    async def other_task(consumer):
        await consumer.perform_seek()

    class Tables(dict):
        def on_actives_ready(self):
            return None

        on_standbys_ready = on_actives_ready

    log = SimpleNamespace(info=lambda *_: None, dev=lambda *_: None, warning=lambda *_: None)
    app = SimpleNamespace(
        consumer=consumer,
        consumer_generation_id=4,
        on_rebalance_complete=SimpleNamespace(send=nothing),
        conf=SimpleNamespace(broker_request_timeout=1.0),
        flow_control=SimpleNamespace(resume=lambda: None),
        _fetcher=SimpleNamespace(maybe_start=nothing),
        assignor=SimpleNamespace(assigned_standbys=set),
        on_rebalance_end=lambda: None,
    )
    return SimpleNamespace(
        app=app,
        log=log,
        tables=Tables(),
        actives_for_table={},
        standbys_for_table={},
        completed=asyncio.Event(),
        _set_recovery_ended=lambda: None,
        _is_changelog_tp=lambda tp: False,
        _wait=wait,
    )


@pytest.fixture
def original(monkeypatch):
    """The methods as faust has them, whatever was installed before."""
    for name in ("on_recovery_completed", "_resume_streams"):
        method = getattr(Recovery, name)
        monkeypatch.setattr(Recovery, name, getattr(method, "__wrapped__", method))


@pytest.fixture
def patched(original):
    recovery_order.seek_before_resume()


def run(name, **options):
    async def go():
        consumer = _Consumer()
        await getattr(Recovery, name)(recovery_with(consumer, **options), generation_id=4)
        return consumer

    return asyncio.run(go())


METHODS = pytest.mark.parametrize("name", ["on_recovery_completed", "_resume_streams"])
RESUME = ("resume", TP)


@METHODS
def test_partitions_are_resumed_after_the_seek(name, patched):
    calls = run(name).calls
    assert calls.index("seek ends") < calls.index(RESUME) < calls.index("flow")


@METHODS
def test_faust_itself_still_resumes_before_the_seek(name, original):
    """When this fails the issue is closed: delete recovery_order.py."""
    calls = run(name).calls
    assert calls.index(RESUME) < calls.index("seek begins")


@METHODS
def test_a_seek_of_the_fetcher_meanwhile_resumes_nothing(name, patched):
    calls = run(name, fetcher_seeks=True).calls
    assert calls.count(RESUME) == 1
    assert [each for each in calls if each in ("seek ends", RESUME)] == ["seek ends", "seek ends", RESUME]


@METHODS
def test_the_consumer_is_left_as_it_was(name, patched):
    consumer = run(name)
    assert consumer.resume_partitions.__func__ is _Consumer.resume_partitions
    assert consumer.perform_seek.__func__ is _Consumer.perform_seek


def test_installing_twice_is_installing_once(patched):
    method = Recovery.on_recovery_completed
    recovery_order.seek_before_resume()
    assert Recovery.on_recovery_completed is method
