"""The fetcher's side of Kafka that writes: articles, and what is remembered."""

from __future__ import annotations

import queue
from collections.abc import Callable
from typing import Any

from stancewatch_schemas.codec import encode
from stancewatch_schemas.models import Article, FetchState
from stancewatch_shared.kafka import send
from stancewatch_shared.traces import new_trace, span

ARTICLES = "articles"
FETCH_STATE = "fetch-state"


class KafkaOutbox:
    """Sends through one idempotent producer. Acknowledgements wait in `acknowledged` for the engine's thread."""

    def __init__(self, producer: Any) -> None:
        self._producer = producer
        self.acknowledged: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.failures: list[str] = []

    def publish(self, article: Article, on_done: Callable[[bool], None]) -> None:
        """Send an article; see engine.Outbox."""
        trace = new_trace(f"{article.id}/{article.revision}")
        with span("publish_article", trace) as carried:
            future = send(self._producer, ARTICLES, article, article.id, carried)
        # These run in the producer's thread; the engine belongs to another.
        future.add_callback(lambda _metadata: self.acknowledged.put(lambda: on_done(True)))
        future.add_errback(lambda _error: self.acknowledged.put(lambda: on_done(False)))

    def remember(self, partition: int, key: str, state: FetchState | None) -> None:
        """Write memory to the partition that owns it; see engine.Outbox."""
        self._producer.send(
            self._producer.topic_prefix + FETCH_STATE,
            key=key.encode(),
            value=None if state is None else encode(state),
            partition=partition,
        ).add_errback(lambda error: self.failures.append(type(error).__name__))

    def deliver(self) -> None:
        """Tell the engine of acknowledgements that came in."""
        while not self.acknowledged.empty():
            self.acknowledged.get()()

    def flush(self, seconds: float) -> None:
        """Wait for what was sent."""
        self._producer.flush(timeout=seconds)
