"""Step 1: a batch of article records -> statements. Stateless; keyed by actor and issue for the next step."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Protocol

from stancewatch_schemas.codec import InvalidMessage, decode
from stancewatch_schemas.models import Article, Statement
from stancewatch_shared import metrics
from stancewatch_shared.errors import Transient
from stancewatch_shared.logs import get_logger
from stancewatch_shared.record import Record
from stancewatch_shared.retry import Backoff
from stancewatch_shared.traces import span, trace_of

from stance_classifier.stream.faults import ABOUT_THE_RECORD
from stance_classifier.stream.outbox import KafkaOutbox, Outgoing


class ReadsArticles(Protocol):
    """reader.Reader, or a simpler one in tests."""

    def read(self, articles: Sequence[Article]) -> list[list[Statement]]:
        """The statements of each article, in order."""
        ...


class ReadArticles:
    """Handles batches of records of `articles`. `reader` may be replaced between batches (a new watchlist)."""

    def __init__(
        self, reader: ReadsArticles, outbox: KafkaOutbox, executor: Executor, backoff: Backoff | None = None
    ) -> None:
        self.reader = reader
        self._outbox = outbox
        self._executor = executor
        self._backoff = backoff or Backoff()

    async def handle(self, records: Sequence[Record]) -> None:
        """Returns once every statement, or dead letter, is written."""
        started, began_at_seconds = time.monotonic(), time.time()
        readable = [(record, article) for record in records if (article := await self._decode(record))]
        # Partitions come in any order. Oldest first, what waits together is told as it happened; a late one flips nothing.
        readable.sort(key=lambda pair: pair[1].published_at)
        outcomes = await self._read([article for _, article in readable])
        statements = []
        for (record, _), outcome in zip(readable, outcomes, strict=True):
            if isinstance(outcome, Exception):
                reason = f"the reader failed on this article: {type(outcome).__name__}"
                await self._outbox.refuse(record, type(outcome).__name__, reason)
                continue
            with span("read_article", trace_of(record.headers), began_at_seconds) as trace:
                statements += [Outgoing("statements", statement, trace) for statement in outcome]
        await self._outbox.deliver(statements)
        for (record, _), outcome in zip(readable, outcomes, strict=True):
            if not isinstance(outcome, Exception):
                self._outbox.note_handled(record)
                metrics.HANDLE_SECONDS.labels(record.topic).observe(time.monotonic() - started)
        for outgoing in statements:
            if isinstance(outgoing.message, Statement):
                counts = str(outgoing.message.counts).lower()
                metrics.STATEMENTS.labels(outgoing.message.stance, counts).inc()

    async def _decode(self, record: Record) -> Article | None:
        try:
            return decode(Article, record.value)
        except InvalidMessage as error:
            await self._outbox.refuse(record, "InvalidMessage", error.reason)
            return None

    async def _read(self, articles: Sequence[Article]) -> list[list[Statement] | Exception]:
        """Each article's statements, or what the reader raises about it when it is read alone."""
        if not articles:
            return []
        try:
            return list(await self._in_thread(articles))
        except ABOUT_THE_RECORD as error:
            get_logger().error("reader_failed", error=type(error).__name__, articles=len(articles))
            if len(articles) == 1:
                return [error]
        return [outcome for article in articles for outcome in await self._read([article])]

    async def _in_thread(self, articles: Sequence[Article]) -> list[list[Statement]]:
        """In the one thread that runs the model, so that heartbeats and commits go on meanwhile."""
        loop = asyncio.get_running_loop()
        started, attempt = time.monotonic(), 0
        while True:
            attempt += 1
            try:
                found = await loop.run_in_executor(self._executor, self.reader.read, articles)
            except Transient as error:
                if time.monotonic() - started > self._backoff.give_up_after_seconds:
                    raise
                get_logger().warning("will_retry", reason=error.reason, attempt=attempt)
                metrics.RECORDS.labels("articles", "retried").inc(len(articles))
                await asyncio.sleep(self._backoff.delay_seconds(attempt, error.retry_after_seconds))
            else:
                metrics.READ_SECONDS.observe(time.monotonic() - started)
                metrics.READ_BATCH_ARTICLES.observe(len(articles))
                return found
