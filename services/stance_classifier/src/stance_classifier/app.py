"""articles -> statements -> positions -> stance changes, on Kafka. What each arrow does stands in its own file.

articles --read_articles--> statements --keep_positions--> stance-changes
             |                             |  ^
         articles-dlq      statements-dlq -+  +-- positions (table, with its changelog)
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from stancewatch_shared.clock import SystemClock
from stancewatch_shared.settings import KafkaSettings

from stance_classifier.keep_positions import Apply, KeepPositions
from stance_classifier.model.base import StanceModel
from stance_classifier.read_articles import ReadArticles, ReadsArticles
from stance_classifier.settings import ClassifierSettings
from stance_classifier.stream.batches import BatchWorker
from stance_classifier.stream.consumer import ledger_consumer
from stance_classifier.stream.faust_app import CHANGELOG, make_faust_app, raw_table, raw_topic
from stance_classifier.stream.ledger import Ledger
from stance_classifier.stream.measure import PartitionGauges, assignment_of
from stance_classifier.stream.outbox import KafkaOutbox
from stance_classifier.stream.positions_table import FaustPositionsTable
from stance_classifier.stream.recovery_order import seek_before_resume
from stance_classifier.stream.second_reader import SecondReader
from stance_classifier.stream.standstill import watch

TOPICS_NEEDED = ("articles", "statements", "stance-changes", "articles-dlq", "statements-dlq", CHANGELOG)
# Well below the group's rebalance timeout (60 s): a batch that takes longer is read again by the next owner.
SETTLE_SECONDS = 25.0
LONGEST_WAIT_FOR_SECOND_READER_SECONDS = 20.0
LOOP_BLOCKED_SECONDS = 60.0
STUCK_SECONDS = 300.0
LOOK_EVERY_SECONDS = 0.5


class ClassifierApp:
    """The two steps wired to faust: start(), then watch failed(), then drain() and stop()."""

    def __init__(
        self,
        settings: ClassifierSettings,
        kafka: KafkaSettings,
        reader: ReadsArticles,
        apply: Apply,
        judge: StanceModel | None = None,
    ) -> None:
        seek_before_resume()
        self.ledger = Ledger()
        self.faust = make_faust_app(kafka, settings.data_dir)
        self.faust.transport.Consumer = ledger_consumer(
            self.ledger, kafka.topic_prefix, self._settle, self._resume
        )
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reader")
        self._prefix = kafka.topic_prefix
        self._standstill_seconds = settings.standstill_seconds
        self._gauges = PartitionGauges(kafka.topic_prefix)
        outbox = KafkaOutbox(self._send, kafka.topic_prefix, SystemClock())
        table = FaustPositionsTable(raw_table(self.faust))
        self.read_articles = ReadArticles(reader, outbox, self._executor)
        wait_seconds = min(settings.judge_timeout_s, LONGEST_WAIT_FOR_SECOND_READER_SECONDS)
        self._second_reader = SecondReader(judge, wait_seconds) if judge is not None else None
        keep_positions = KeepPositions(apply, table, outbox, self._second_reader)
        self._workers = {
            "articles": self._worker(self.read_articles.handle, settings.batch_articles),
            "statements": self._worker(keep_positions.handle, settings.batch_statements),
        }
        for name, worker in self._workers.items():
            self._connect(kafka.topic(name), name, worker)
        self._tasks: list[asyncio.Task[None]] = []
        self._heartbeat = time.monotonic()
        self._has_started = False
        self._readiness: dict[str, str | None] = {"group": "has not been joined yet"}

    def _worker(self, handle: Any, most: int) -> BatchWorker:
        return BatchWorker(handle, self.ledger, self._is_current, self._prefix, most)

    def _connect(self, topic: str, name: str, worker: BatchWorker) -> None:
        async def take(stream: Any) -> None:
            async for event in stream.noack().events():
                await worker.put(event)

        take.__qualname__ = f"take_{name}"
        self.faust.agent(raw_topic(self.faust, topic), name=f"stance_classifier.{name}", concurrency=1)(take)

    async def start(self) -> None:
        """Joins the group; returns once positions are restored. The work then goes on in tasks."""
        self._tasks = [asyncio.create_task(worker.run(), name=name) for name, worker in self._workers.items()]
        self._tasks.append(asyncio.create_task(self._measure(), name="measure"))
        self._tasks.append(
            asyncio.create_task(
                watch(self.faust, self._standstill_seconds, time.monotonic), name="standstill"
            )
        )
        self.faust.finalize()
        await self.faust.start()
        self._has_started = True

    def failed(self) -> BaseException | None:
        """Why the process must end, if it must."""
        for task in self._tasks:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                return error
        if self.faust.crashed:
            return self.faust.crash_reason or RuntimeError("faust crashed")
        return None

    async def drain(self, timeout_seconds: float) -> None:
        """Finishes the batches in hand and commits."""
        await asyncio.gather(*(worker.settle(timeout_seconds) for worker in self._workers.values()))
        if assignment_of(self.faust):
            await self.faust.consumer.commit_now()

    async def stop(self) -> None:
        """Leaves the group."""
        for task in self._tasks:
            task.cancel()
        await self.faust.stop()
        self._executor.shutdown(wait=False, cancel_futures=True)
        if self._second_reader is not None:
            self._second_reader.stop()

    def checks(self) -> dict[str, str | None]:
        """For /readyz. Called from the health thread, so it touches nothing of faust's: it was looked up for it."""
        return self._readiness

    def _look_at_readiness(self) -> dict[str, str | None]:
        faust, now = self.faust, time.monotonic()
        recovery = faust.tables._recovery
        restored = recovery is not None and recovery.completed.is_set() and not faust.in_recovery
        stuck = sum(seconds > STUCK_SECONDS for seconds in self.ledger.uncommitted_seconds(now).values())
        return {
            "positions": None if restored else "are being restored",
            "group": "is rebalancing" if faust.rebalancing else None,
            "commits": f"{stuck} partitions are not committing" if stuck else None,
        }

    def alive(self) -> dict[str, str | None]:
        """For /healthz: whether the event loop turns. Never depends on Kafka."""
        seconds = time.monotonic() - self._heartbeat
        return {"event_loop": f"stands still for {seconds:.0f} s" if seconds > LOOP_BLOCKED_SECONDS else None}

    async def _send(self, topic: str, key: bytes, value: bytes, headers: list[tuple[str, bytes]]) -> Any:
        return await self.faust.producer.send(topic, key, value, None, None, headers)

    def _is_current(self, event: Any) -> bool:
        message = event.message
        return message.generation_id == self.faust.consumer_generation_id and message.tp in assignment_of(
            self.faust
        )

    async def _settle(self) -> None:
        await asyncio.gather(*(worker.settle(SETTLE_SECONDS) for worker in self._workers.values()))

    def _resume(self) -> None:
        for worker in self._workers.values():
            worker.resume()

    async def _measure(self) -> None:
        while True:
            self._heartbeat = time.monotonic()
            self._readiness = self._look_at_readiness()
            self._gauges.measure(self.faust, self.ledger)
            await asyncio.sleep(LOOK_EVERY_SECONDS)
