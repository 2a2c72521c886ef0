"""From single events to batches: as many as are waiting, at most so many, never waiting for more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from stancewatch_shared.logs import get_logger
from stancewatch_shared.record import Record

from stance_classifier.stream.ledger import Ledger, Partition


class BatchWorker:
    """Takes faust events from one agent, hands them on in batches, acknowledges each batch once it is done.

    `handle` returns only when everything that follows from the records is written; what it raises ends the process,
    and nothing of the batch is acknowledged. `is_current` tells whether an event is still ours to handle.
    """

    def __init__(
        self,
        handle: Callable[[Sequence[Record]], Awaitable[None]],
        ledger: Ledger,
        is_current: Callable[[Any], bool],
        topic_prefix: str,
        most: int,
    ) -> None:
        self._handle = handle
        self._ledger = ledger
        self._is_current = is_current
        self._prefix = topic_prefix
        self._most = most
        self._events: asyncio.Queue[Any] = asyncio.Queue(maxsize=2 * most)
        self._working = asyncio.Lock()
        self._may_start = asyncio.Event()
        self._may_start.set()

    async def put(self, event: Any) -> None:
        """Called by the agent for each event, in order; waits while the queue is full."""
        message = event.message
        self._ledger.received(_place(message), message.offset, message.generation_id, time.monotonic())
        await self._events.put(event)

    async def run(self) -> None:
        """Works until cancelled. Raises what `handle` raises."""
        while True:
            batch = [await self._events.get()]
            await self._may_start.wait()
            while len(batch) < self._most and not self._events.empty():
                batch.append(self._events.get_nowait())
            async with self._working:
                if self._may_start.is_set():
                    await self._work(batch)
                # else: a rebalance came between; the batch is read again from the committed offset

    async def _work(self, batch: Sequence[Any]) -> None:
        current = [event for event in batch if self._is_current(event)]
        if not current:
            return
        await self._handle([record_of(event, self._prefix) for event in current])
        for event in current:
            message = event.message
            self._ledger.done(_place(message), message.offset, message.generation_id)
            event.ack()

    async def settle(self, timeout_seconds: float) -> bool:
        """Start no further batch, and wait for the one in hand. False when it takes longer than that."""
        self._may_start.clear()
        try:
            await asyncio.wait_for(self._working.acquire(), timeout_seconds)
        except TimeoutError:
            get_logger().warning("batch_still_in_work", waited_seconds=timeout_seconds)
            return False
        self._working.release()
        return True

    def resume(self) -> None:
        """Batches may start again."""
        self._may_start.set()


def record_of(event: Any, topic_prefix: str) -> Record:
    """The raw record behind a faust event of a topic of raw bytes."""
    message = event.message
    return Record(
        topic=message.topic.removeprefix(topic_prefix),
        partition=message.partition,
        offset=message.offset,
        value=event.value,
        key=event.key,
        headers=tuple(_pairs(message.headers)),
        timestamp_ms=max(0, round((message.timestamp or 0) * 1000)),
    )


def _pairs(headers: Any) -> list[tuple[str, bytes | None]]:
    return list(headers.items()) if hasattr(headers, "items") else list(headers or ())


def _place(message: Any) -> Partition:
    return Partition(message.topic, message.partition)
