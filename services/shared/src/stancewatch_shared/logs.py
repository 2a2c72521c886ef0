"""Structured logs: one JSON object a line on stderr, with no article text and no secret in it."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from stancewatch_shared.settings import ServiceSettings

# Whatever a caller passes under these names is foreign text or a secret: it never reaches a log.
FORBIDDEN_KEYS = frozenset(
    {
        "text",
        "quote",
        "title",
        "body",
        "value",
        "payload",
        "token",
        "password",
        "secret",
        "webhook",
        "authorization",
    }
)
LONGEST_VALUE_CHARS = 500
OWN = "stancewatch"  # the logger of our own lines
# What libraries tell below these levels is for their own developers. At STANCEWATCH_LOG_LEVEL=debug they tell more,
# but never what they call debug: there kafka-python 3.0.12 prints passwords and records, urllib3 the path of a webhook.
LIBRARIES = {
    **dict.fromkeys(("aiokafka", "apprise", "asyncio", "faust", "kafka", "mode"), logging.WARNING),
    **dict.fromkeys(("urllib3", "uvicorn", "watchfiles"), logging.WARNING),
    "kafka.net.selector": logging.ERROR,  # warns of each of its own steps over 0.1 s: on a busy machine, all the time
}


def keep_out_foreign_text(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace forbidden fields and cut long ones (tracebacks stay whole)."""
    for key, value in event.items():
        if key.lower() in FORBIDDEN_KEYS:
            event[key] = "[left out]"
        elif isinstance(value, str) and len(value) > LONGEST_VALUE_CHARS and key != "exception":
            event[key] = value[:LONGEST_VALUE_CHARS] + "…"
    return event


def _is_news(record: logging.LogRecord) -> bool:
    """kafka-python calls it an error that closing a consumer cancels its refresh of metadata."""
    return not (record.name == "kafka.cluster" and record.getMessage().endswith("Cancelled"))


def configure_logs(service: str, settings: ServiceSettings) -> None:
    """Set up structlog and the standard library's logging alike. Call once, at start."""

    # Not a context variable: threads that are started with an empty context would log without it.
    def name_service(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event.setdefault("service", service)
        return event

    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        name_service,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        keep_out_foreign_text,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if settings.log_format == "console":
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_is_news)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    is_debug = settings.log_level == "debug"
    root.setLevel(logging.INFO if is_debug else settings.log_level.upper())
    logging.getLogger(OWN).setLevel(settings.log_level.upper())
    # Libraries tell every reconnect and rebalance at INFO; what matters of it comes as a warning.
    for name, level in LIBRARIES.items():
        logging.getLogger(name).setLevel(logging.NOTSET if is_debug else level)


def get_logger() -> structlog.stdlib.BoundLogger:
    """A logger: ``get_logger().info("article_sent", topic=..., id=...)``."""
    if not structlog.is_configured():
        # The command: a person reads it, beside results that go to stdout.
        structlog.configure(
            processors=[in_words], logger_factory=lambda *_: structlog.PrintLogger(sys.stderr)
        )
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(OWN)
    return logger


def in_words(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    """``waiting_for_kafka`` with ``servers`` becomes "waiting for kafka (servers 127.0.0.1:9092)"; no tracebacks."""
    event.pop("exc_info", None)
    words = str(event.pop("event")).replace("_", " ")
    details = ", ".join(
        f"{key.replace('_', ' ')} {value}" for key, value in keep_out_foreign_text(None, "", event).items()
    )
    return f"{words} ({details})" if details else words
