"""What leaves the classifier: each send is awaited until the broker has it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel
from stancewatch_schemas.codec import cloud_event_headers, encode
from stancewatch_schemas.topics import TOPICS
from stancewatch_shared import metrics
from stancewatch_shared.clock import Clock
from stancewatch_shared.dead_letters import make_dead_letter
from stancewatch_shared.logs import get_logger
from stancewatch_shared.record import Record
from stancewatch_shared.retry import InvalidLimit

GROUP = "stance-classifier"


@dataclass(frozen=True)
class Outgoing:
    """A message for a topic (its name without prefix); `trace` is the traceparent of what caused it."""

    topic: str
    message: BaseModel
    trace: str | None = None


class Outbox(Protocol):
    """Where messages and dead letters go."""

    async def deliver(self, messages: Sequence[Outgoing]) -> None:
        """Returns once the broker has acknowledged every one."""
        ...

    async def refuse(self, record: Record, error: str, reason: str) -> None:
        """Puts a record among the dead letters and returns once the broker has it."""
        ...


class TooManyRefused(RuntimeError):  # noqa: N818 - named by what happened
    """Most records are refused: a bad deploy, not bad records. The process must end, with nothing acknowledged."""


Send = Callable[[str, bytes, bytes, list[tuple[str, bytes]]], Awaitable[Awaitable[Any]]]


class KafkaOutbox:
    """Sends through `send(topic, key, value, headers)`, which enqueues and returns the acknowledgement to await."""

    def __init__(
        self, send: Send, topic_prefix: str, clock: Clock, limit: InvalidLimit | None = None
    ) -> None:
        self._send = send
        self._prefix = topic_prefix
        self._clock = clock
        self._limit = limit or InvalidLimit()

    async def deliver(self, messages: Sequence[Outgoing]) -> None:
        acknowledgements = [await self._enqueue(each) for each in messages]
        # Never leave one unawaited: the first failure must not hide that others are still under way.
        outcomes = await asyncio.gather(*acknowledgements, return_exceptions=True)
        for outgoing, outcome in zip(messages, outcomes, strict=True):
            failed = isinstance(outcome, BaseException)
            (metrics.PRODUCE_FAILURES if failed else metrics.PRODUCED).labels(outgoing.topic).inc()
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _enqueue(self, outgoing: Outgoing) -> Awaitable[Any]:
        key = TOPICS[outgoing.topic].key_of(outgoing.message)
        headers = cloud_event_headers(outgoing.message, GROUP, outgoing.trace)
        return await self._send(self._prefix + outgoing.topic, key, encode(outgoing.message), headers)

    async def refuse(self, record: Record, error: str, reason: str) -> None:
        letter = make_dead_letter(record, GROUP, error, reason, self._clock.now())
        topic = TOPICS[record.topic].dead_letter_topic
        if topic is None:
            raise LookupError(f"{record.topic} has no dead letter topic")
        await self.deliver([Outgoing(topic, letter)])
        metrics.DEAD_LETTERS.labels(record.topic, error).inc()
        metrics.RECORDS.labels(record.topic, "dead_letter").inc()
        get_logger().warning("dead_letter", id=letter.id, error=error, reason=reason)
        if self._limit.note(is_invalid=True):
            raise TooManyRefused(
                f"most of the latest records are refused, the last of {record.topic}: {reason}"
            )

    def note_handled(self, record: Record) -> None:
        """A record went through: weighs against the refused ones."""
        self._limit.note(is_invalid=False)
        metrics.RECORDS.labels(record.topic, "handled").inc()
        age_seconds = self._clock.now().timestamp() - record.timestamp_ms / 1000
        metrics.RECORD_AGE_SECONDS.labels(record.topic).observe(max(0.0, age_seconds))
