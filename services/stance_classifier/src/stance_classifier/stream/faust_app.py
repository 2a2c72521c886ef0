"""The faust app with the settings this project needs. Each that differs from faust's default is here for a reason."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import faust
from stancewatch_shared.connect import LARGEST_MESSAGE_BYTES
from stancewatch_shared.settings import KafkaSettings

APP_ID = "stance-classifier"
TABLE = "positions"
CHANGELOG = f"{APP_ID}-{TABLE}-changelog"

SETTINGS: Mapping[str, Any] = {
    # exactly_once in faust repeats and loses (issue #177): at least once, and ids computed from content.
    "processing_guarantee": "at_least_once",
    "broker_commit_interval": 1.0,
    "broker_commit_every": 500,
    "broker_session_timeout": 30.0,
    "broker_heartbeat_interval": 2.0,
    "broker_max_poll_interval": 300.0,
    "stream_buffer_maxsize": 256,
    "stream_processing_timeout": 120.0,
    # Batches are settled by us (stream/batches.py); faust would wait for all that is buffered, for ever.
    "stream_wait_empty": False,
    "producer_acks": -1,
    "producer_linger": 0.005,
    "producer_compression_type": "gzip",
    "producer_request_timeout": 60.0,
    "producer_max_request_size": LARGEST_MESSAGE_BYTES,
    "consumer_max_fetch_size": LARGEST_MESSAGE_BYTES,
    "consumer_auto_offset_reset": "earliest",
    # Partitions that were added to `articles` are seen after a minute (faust: five).
    "consumer_metadata_max_age_ms": 60_000,
    "table_standby_replicas": 0,
    # Topics are created beforehand from the contract; faust would create only those it consumes.
    "topic_allow_declare": False,
    "topic_disable_leader": True,
    # Its web server binds 0.0.0.0 and shows table data: ours answers /metrics, /healthz and /readyz.
    "web_enabled": False,
    "web_bind": "127.0.0.1",
    "web_tables_enabled": False,
    "web_router_enabled": False,
    "worker_redirect_stdouts": False,
    "store": "memory://",
}


def make_faust_app(kafka: KafkaSettings, data_dir: Path) -> Any:
    """A faust app for this cluster; its id (and consumer group) carries the topic prefix."""
    folder = data_dir.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return faust.App(
        kafka.topic(APP_ID),
        broker=[f"kafka://{server}" for server in kafka.servers],
        broker_credentials=credentials_of(kafka),
        datadir=str(folder),
        topic_replication_factor=kafka.replication_factor,
        **SETTINGS,
    )


def raw_topic(app: Any, name: str) -> Any:
    """A topic of raw bytes: a decode error inside faust would cost a restart of the agent and the record."""
    return app.topic(
        name,
        key_type=bytes,
        value_type=bytes,
        key_serializer="raw",
        value_serializer="raw",
        allow_empty=True,
    )


def raw_table(app: Any) -> Any:
    """The table of positions, bytes by key."""
    return app.Table(TABLE, key_type=bytes, value_type=bytes)  # bytes: raw, as they are


def credentials_of(kafka: KafkaSettings) -> Any:
    """faust's form of the KAFKA_* security settings; None for PLAINTEXT."""
    context = _ssl_context(kafka) if kafka.security_protocol.endswith("SSL") else None
    if kafka.security_protocol.startswith("SASL") and kafka.sasl_password is not None:
        return faust.SASLCredentials(
            username=kafka.sasl_username,
            password=kafka.sasl_password.get_secret_value(),
            mechanism=kafka.sasl_mechanism,
            ssl_context=context,
        )
    return faust.SSLCredentials(context) if context is not None else None


def _ssl_context(kafka: KafkaSettings) -> ssl.SSLContext:
    cafile = None if kafka.ssl_cafile is None else str(kafka.ssl_cafile)
    context = ssl.create_default_context(cafile=cafile)
    if kafka.ssl_certfile is not None:
        context.load_cert_chain(kafka.ssl_certfile, kafka.ssl_keyfile)
    return context
