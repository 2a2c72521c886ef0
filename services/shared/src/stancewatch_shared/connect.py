"""Kafka clients with the settings this project needs, and a clear word when no broker answers."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import (
    AuthorizationError,
    KafkaConfigurationError,
    KafkaError,
)

from stancewatch_shared.errors import UserError
from stancewatch_shared.logs import get_logger
from stancewatch_shared.refusal import why_refused
from stancewatch_shared.settings import KafkaSettings

C = TypeVar("C")

# An article at its longest, in base64 as a dead letter (schemas/topics: articles-dlq).
LARGEST_MESSAGE_BYTES = 16_777_216
_SECONDS_BETWEEN_TRIES = 1.0
_SECONDS_BETWEEN_WARNINGS = 10.0


def make_producer(
    settings: KafkaSettings, service: str = "stancewatch", stop: threading.Event | None = None
) -> Any:
    """An idempotent KafkaProducer of raw bytes; ``service`` becomes its client id and the ce_source."""
    producer = _connect(
        settings,
        lambda: KafkaProducer(
            **connection(settings, service),
            linger_ms=50,
            delivery_timeout_ms=120_000,
            max_block_ms=30_000,
            max_request_size=LARGEST_MESSAGE_BYTES,
            compression_type="gzip",
            allow_auto_create_topics=False,
        ),
        stop,
    )
    producer.topic_prefix = settings.topic_prefix
    return producer


def make_consumer(
    settings: KafkaSettings,
    topics: Iterable[str],
    group: str | None,
    stop: threading.Event | None = None,
    **options: Any,
) -> Any:
    """A KafkaConsumer of raw bytes that commits only when told to.

    ``topics`` and ``group`` are names without prefix. Without a group it neither joins nor commits
    (assign() yourself when ``topics`` is empty). Raises UserError when a topic does not exist. Never give
    it a value_deserializer: after one exception in there the next poll() never returns (kafka-python
    3.0.12).
    """
    names = list(topics)
    base: dict[str, Any] = {
        "group_id": None if group is None else settings.topic(group),
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "max_poll_records": 50,
        "session_timeout_ms": 30_000,
        "max_partition_fetch_bytes": LARGEST_MESSAGE_BYTES,
        "allow_auto_create_topics": False,
    }
    consumer = _connect(
        settings,
        lambda: KafkaConsumer(**connection(settings, group or "stancewatch"), **{**base, **options}),
        stop,
    )
    try:
        require_topics(consumer.topics(), settings, names)
    except UserError:
        consumer.close()
        raise
    if names:
        consumer.subscribe([settings.topic(name) for name in names])
    return consumer


def make_admin(settings: KafkaSettings, stop: threading.Event | None = None) -> Any:
    """A KafkaAdminClient."""
    return _connect(settings, lambda: KafkaAdminClient(**connection(settings, "stancewatch-admin")), stop)


def check_topics(settings: KafkaSettings, topics: Iterable[str], stop: threading.Event | None = None) -> None:
    """Raise UserError when one of ``topics`` is missing. Call at start: a send to such a topic only hangs."""
    admin = make_admin(settings, stop)
    try:
        require_topics(admin.list_topics(), settings, topics)
    finally:
        admin.close()


def require_topics(existing: Iterable[str], settings: KafkaSettings, topics: Iterable[str]) -> None:
    """Raise UserError naming those of ``topics`` that are not among ``existing``."""
    missing = sorted({settings.topic(name) for name in topics} - set(existing))
    if missing:
        raise UserError(
            f"these topics do not exist at {settings.bootstrap_servers}: {', '.join(missing)}; "
            "create them with `stancewatch topics create`"
        )


def connection(settings: KafkaSettings, client_id: str) -> dict[str, Any]:
    """What every client is given to reach the cluster."""
    options: dict[str, Any] = {
        "bootstrap_servers": settings.servers,
        "client_id": client_id,
        "security_protocol": settings.security_protocol,
        "bootstrap_timeout_ms": int(settings.connect_timeout_seconds * 1000),
        "reconnect_backoff_max_ms": 5000,
    }
    if settings.security_protocol.startswith("SASL") and settings.sasl_password is not None:
        options["sasl_mechanism"] = settings.sasl_mechanism
        options["sasl_plain_username"] = settings.sasl_username
        options["sasl_plain_password"] = settings.sasl_password.get_secret_value()
    if settings.security_protocol.endswith("SSL"):
        for name in ("ssl_cafile", "ssl_certfile", "ssl_keyfile"):
            path = getattr(settings, name)
            options[name] = None if path is None else str(path)
    return options


def wait_for_broker(settings: KafkaSettings, stop: threading.Event | None = None) -> None:
    """Return when a bootstrap server accepts connections; UserError after ``connect_timeout_seconds``.

    A set ``stop`` ends the process with 0: nothing has been started that needs an orderly end.
    """
    started = time.monotonic()
    warned = -_SECONDS_BETWEEN_WARNINGS
    while not any(_accepts(server) for server in settings.servers):
        waited = time.monotonic() - started
        if waited >= settings.connect_timeout_seconds:
            raise UserError(
                f"no Kafka broker answers at {settings.bootstrap_servers}: start one "
                "(`make kafka-up`) or set KAFKA_BOOTSTRAP_SERVERS to yours"
            )
        if waited - warned >= _SECONDS_BETWEEN_WARNINGS:
            warned = waited
            servers = settings.bootstrap_servers
            get_logger().warning("waiting_for_kafka", servers=servers, waited_seconds=round(waited))
        if (stop or threading.Event()).wait(_SECONDS_BETWEEN_TRIES):
            sys.exit(0)


def _accepts(server: str) -> bool:
    host, _, port = server.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=3):
            return True
    except OSError:
        return False


def _connect(settings: KafkaSettings, make: Callable[[], C], stop: threading.Event | None) -> C:
    wait_for_broker(settings, stop)
    try:
        return make()
    except AuthorizationError as error:
        raise UserError(
            f"Kafka at {settings.bootstrap_servers} does not allow it ({type(error).__name__}): "
            "its rules (ACLs) must let this user read and write our topics and groups"
        ) from None
    except KafkaConfigurationError as error:
        raise UserError(f"Kafka settings do not fit together: {error}") from None
    except KafkaError as error:
        raise UserError(
            f"{settings.bootstrap_servers} accepts connections but does not let us in ({type(error).__name__}): "
            f"{why_refused(settings)}"
        ) from None
