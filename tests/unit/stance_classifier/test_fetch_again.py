"""What is fetched is handed on or fetched again, and what a rebalance has paused stays closed.

The two tests of faust and aiokafka themselves fail once they are mended: then delete fetch_again.py.
"""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import aiokafka.consumer.fetcher as aiokafka_fetcher
import pytest
from faust.transport.drivers.aiokafka import Consumer
from faust.types import TP
from stance_classifier.stream.faust_app import make_faust_app
from stance_classifier.stream.fetch_again import RefetchingConsumer
from stancewatch_shared.settings import KafkaSettings

A, B = TP("articles", 0), TP("articles", 1)
GENERATION = 7


class Assignment:
    """aiokafka's positions of one assignment."""

    def __init__(self, **_):
        self.tps = {A, B}
        self.at = dict.fromkeys(self.tps, 0)

    def state_value(self, tp):
        return SimpleNamespace(has_valid_position=True, position=self.at[tp])


class Thread:
    """aiokafka behind faust's thread: four records in each partition, given out at once and counted as consumed."""

    def __init__(self):
        self._max_poll_records = None
        self.assignment = Assignment()
        self.meanwhile = lambda: None

    @property
    def _subscription(self):
        return SimpleNamespace(subscription=SimpleNamespace(assignment=self.assignment))

    async def call_thread(self, function, *arguments):
        return await function(*arguments)

    def _ensure_consumer(self):
        return self

    async def _fetch_records(self, consumer, wanted, timeout, max_records):
        found = {}
        for tp in sorted(wanted):
            found[tp] = [record_at(tp, offset) for offset in range(self.assignment.at[tp], 4)]
            self.assignment.at[tp] = 4
        self.meanwhile()
        return {tp: records for tp, records in found.items() if records}

    def seek(self, tp, offset):
        self.assignment.at[tp] = offset

    def highwater(self, tp):
        return 4


def record_at(tp, offset):
    return SimpleNamespace(topic=tp.topic, partition=tp.partition, offset=offset)


def make_consumer(tmp_path, kind=RefetchingConsumer):
    app = make_faust_app(KafkaSettings(bootstrap_servers="127.0.0.1:1"), tmp_path)
    app.finalize()
    app.transport.Consumer = kind
    consumer = app.consumer
    consumer._thread.thread_loop.close()
    app.consumer_generation_id = GENERATION
    consumer._thread = Thread()
    consumer._to_message = lambda tp, record: record.offset
    consumer._active_partitions = {A, B}
    return consumer


async def take(consumer, after=lambda seen: None):
    """What one fetch hands on; `after` is called with each."""
    seen = []
    async for each in consumer.getmany(timeout=1.0):
        seen.append(each)
        after(each)
    return seen


@pytest.fixture
def on_loop(tmp_path):
    """Runs a test's steps with a consumer, on an event loop."""

    def run(steps, kind=RefetchingConsumer):
        async def go():
            return await steps(make_consumer(tmp_path, kind))

        return asyncio.run(go())

    return run


def test_a_quiet_fetch_hands_everything_on_and_puts_nothing_back(on_loop):
    async def steps(consumer):
        assert sorted(await take(consumer)) == [(tp, offset) for tp in (A, B) for offset in range(4)]
        assert consumer._thread.assignment.at == {A: 4, B: 4}

    on_loop(steps)


def test_when_the_flow_stops_the_rest_is_fetched_again(on_loop):
    async def steps(consumer):
        first = await take(consumer, after=lambda seen: consumer.stop_flow() if seen == (A, 1) else None)
        consumer.resume_flow()
        second = await take(consumer)
        assert sorted(first + second) == [(tp, offset) for tp in (A, B) for offset in range(4)]
        assert len(first) < 8

    on_loop(steps)


def test_a_flow_that_stopped_while_fetching_gets_nothing_and_loses_nothing(on_loop):
    async def steps(consumer):
        consumer._thread.meanwhile = consumer.stop_flow
        assert await take(consumer) == []
        assert consumer._thread.assignment.at == {A: 0, B: 0}

    on_loop(steps)


def test_records_of_an_older_generation_are_not_handed_on_as_new_ones(on_loop):
    async def steps(consumer):
        def rebalanced():
            consumer.app.consumer_generation_id = GENERATION + 1

        consumer._thread.meanwhile = rebalanced
        assert await take(consumer) == []
        assert consumer._thread.assignment.at == {A: 0, B: 0}

    on_loop(steps)


def test_a_partition_paused_while_fetching_waits_and_the_others_go_on(on_loop):
    async def steps(consumer):
        consumer._thread.meanwhile = lambda: consumer.pause_partitions({A})
        assert await take(consumer) == [(B, offset) for offset in range(4)]
        assert consumer._thread.assignment.at == {A: 0, B: 4}

    on_loop(steps)


def test_a_partition_opened_again_between_does_not_get_its_later_records_first(on_loop):
    async def steps(consumer):
        consumer._thread.meanwhile = lambda: consumer.pause_partitions({A})
        seen = await take(consumer, after=lambda seen: consumer.resume_partitions({A}))
        assert {tp for tp, _ in seen} == {B}
        assert consumer._thread.assignment.at == {A: 0, B: 4}

    on_loop(steps)


def test_a_new_assignment_is_left_alone(on_loop):
    async def steps(consumer):
        original = consumer._put_back

        async def late(fetch, offsets):
            consumer._thread.assignment = Assignment()
            consumer._thread.assignment.at = {A: 4, B: 4}
            await original(fetch, offsets)

        consumer._put_back, consumer._thread.meanwhile = late, consumer.stop_flow
        await take(consumer)
        assert consumer._thread.assignment.at == {A: 4, B: 4}

    on_loop(steps)


def test_a_partition_that_somebody_sought_meanwhile_is_left_alone(on_loop):
    async def steps(consumer):
        original = consumer._put_back

        async def late(fetch, offsets):
            consumer._thread.assignment.at[A] = 2
            await original(fetch, offsets)

        consumer._put_back, consumer._thread.meanwhile = late, consumer.stop_flow
        await take(consumer)
        assert consumer._thread.assignment.at == {A: 2, B: 0}

    on_loop(steps)


def test_a_buffer_that_runs_empty_does_not_open_a_paused_partition(on_loop):
    async def steps(consumer):
        consumer.on_buffer_full(A)
        consumer.pause_partitions({A})
        consumer.on_buffer_drop(A)
        assert consumer._active_partitions == {B}
        consumer.resume_partitions({A})
        assert consumer._active_partitions == {A, B}

    on_loop(steps)


def test_assigned_partitions_are_closed_until_recovery_opens_them(on_loop):
    async def steps(consumer):
        seen = []

        async def assigned(*_):
            seen.append(set(consumer._active_partitions))

        consumer._on_partitions_assigned = assigned
        consumer.app.on_rebalance_return = lambda: None
        await consumer.on_partitions_assigned({A, B}, GENERATION)
        assert seen == [set()]

    on_loop(steps)


def test_faust_itself_still_opens_a_paused_partition_when_a_buffer_runs_empty(on_loop):
    async def steps(consumer):
        consumer.on_buffer_full(A)
        consumer.pause_partitions({A})
        consumer.on_buffer_drop(A)
        assert A in consumer._active_partitions

    on_loop(steps, kind=Consumer)


def test_aiokafka_itself_still_takes_no_partitions_for_all_of_them():
    async def steps():
        result = object.__new__(aiokafka_fetcher.FetchResult)
        result.getall, result.has_more = lambda _: ["record"], lambda: False
        fetcher = SimpleNamespace(
            _subscriptions=SimpleNamespace(reassignment_in_progress=False, is_assigned=lambda _: True),
            _records={A: result},
            _notify=lambda _: None,
            _wait_consume_future=None,
        )
        return await aiokafka_fetcher.Fetcher.fetched_records(fetcher, set())

    assert asyncio.run(steps()) == {A: ["record"]}
