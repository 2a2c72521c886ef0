"""Sending messages: encoded by the contract's codec, with CloudEvents headers, counted when acknowledged."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from stancewatch_schemas.codec import cloud_event_headers, encode

from stancewatch_shared import metrics
from stancewatch_shared.logs import get_logger


def send(producer: Any, topic: str, message: BaseModel, key: str | bytes, trace: str | None = None) -> Any:
    """Hand ``message`` to the producer; returns its future (``.get(timeout)`` waits for the acknowledgement).

    ``topic`` is the name without prefix. ``trace`` is the traceparent of what caused the message.
    """
    source = f"/stancewatch/{producer.config['client_id']}"
    return send_bytes(producer, topic, encode(message), key, cloud_event_headers(message, source, trace))


def send_bytes(
    producer: Any,
    topic: str,
    value: bytes | None,
    key: str | bytes | None,
    headers: list[tuple[str, bytes]] | None = None,
) -> Any:
    """As send(), for bytes that are a message already; a value of None is a tombstone."""
    raw_key = key.encode() if isinstance(key, str) else key
    future = producer.send(producer.topic_prefix + topic, value=value, key=raw_key, headers=headers or [])

    def acknowledged(_metadata: object) -> None:
        metrics.PRODUCED.labels(topic).inc()

    def failed(error: BaseException) -> None:
        metrics.PRODUCE_FAILURES.labels(topic).inc()
        get_logger().error("send_failed", topic=topic, error=type(error).__name__)

    future.add_callback(acknowledged)
    future.add_errback(failed)
    return future
