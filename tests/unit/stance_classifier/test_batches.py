"""Events become batches; only what is done is acknowledged; a rebalance waits for the batch in hand."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from stance_classifier.stream.batches import BatchWorker, record_of
from stance_classifier.stream.ledger import Ledger, Partition


class _Event:
    def __init__(self, offset, generation=1, partition=0, headers=()):
        self.key, self.value = b"k", b"v%d" % offset
        self.message = SimpleNamespace(
            topic="p-articles",
            partition=partition,
            offset=offset,
            generation_id=generation,
            headers=headers,
            timestamp=12.5,
        )
        self.is_acked = False

    def ack(self):
        self.is_acked = True


class _Handler:
    """Remembers batches; waits while `gate` is closed; fails on offsets in `fails`."""

    def __init__(self, fails=()):
        self.batches, self.fails = [], fails
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, records):
        self.batches.append([record.offset for record in records])
        await self.gate.wait()
        if set(self.fails) & set(self.batches[-1]):
            raise OSError("disk is gone")


def worker_for(handler, most=3, generation=1):
    ledger = Ledger()
    worker = BatchWorker(handler, ledger, lambda event: event.message.generation_id == generation, "p-", most)
    return worker, ledger


async def let_run():
    for _ in range(20):
        await asyncio.sleep(0)


async def running(worker):
    task = asyncio.create_task(worker.run())
    await let_run()
    return task


async def end(task):
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_what_is_waiting_goes_together_up_to_the_most():
    async def go():
        handler = _Handler()
        worker, _ = worker_for(handler)
        events = [_Event(offset) for offset in range(5)]
        for event in events:
            await worker.put(event)
        task = await running(worker)
        await end(task)
        assert handler.batches == [[0, 1, 2], [3, 4]]
        assert all(event.is_acked for event in events)

    asyncio.run(go())


def test_a_batch_that_fails_ends_the_worker_and_acknowledges_nothing():
    async def go():
        worker, ledger = worker_for(_Handler(fails=[1]))
        events = [_Event(0), _Event(1)]
        for event in events:
            await worker.put(event)
        task = await running(worker)
        with pytest.raises(OSError, match="disk"):
            await task
        assert not any(event.is_acked for event in events)
        assert ledger.committable(Partition("p-articles", 0), 1) is None

    asyncio.run(go())


def test_events_of_an_older_generation_are_dropped_unacknowledged():
    async def go():
        handler = _Handler()
        worker, ledger = worker_for(handler, generation=2)
        old, new = _Event(7, generation=1), _Event(3, generation=2)
        await worker.put(old)
        await worker.put(new)
        await end(await running(worker))
        assert handler.batches == [[3]]
        assert (old.is_acked, new.is_acked) == (False, True)
        assert ledger.committable(Partition("p-articles", 0), 2) == 4

    asyncio.run(go())


def test_settling_waits_for_the_batch_in_hand_and_lets_no_other_start():
    async def go():
        handler = _Handler()
        handler.gate.clear()
        worker, _ = worker_for(handler, most=1)
        await worker.put(_Event(0))
        await worker.put(_Event(1))
        task = await running(worker)
        settling = asyncio.create_task(worker.settle(5))
        await let_run()
        assert not settling.done()
        handler.gate.set()
        assert await settling
        await let_run()
        assert handler.batches == [[0]]
        worker.resume()
        await let_run()
        await end(task)
        assert handler.batches == [[0], [1]]

    asyncio.run(go())


def test_settling_gives_up_on_a_batch_that_takes_too_long():
    async def go():
        handler = _Handler()
        handler.gate.clear()
        worker, _ = worker_for(handler)
        await worker.put(_Event(0))
        task = await running(worker)
        assert not await worker.settle(0.01)
        await end(task)

    asyncio.run(go())


@pytest.mark.parametrize("headers", [[("a", b"1"), ("a", b"2")], {"a": b"1"}, None])
def test_a_record_has_the_headers_as_they_came(headers):
    record = record_of(_Event(4, headers=headers), "p-")
    expected = headers.items() if isinstance(headers, dict) else headers or ()
    assert record.headers == tuple(expected)
    assert (record.topic, record.offset, record.key, record.value, record.timestamp_ms) == (
        "articles", 4, b"k", b"v4", 12500,
    )  # fmt: skip
