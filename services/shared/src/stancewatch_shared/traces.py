"""The W3C ``traceparent`` that travels with a message from feed to alert.

It is always passed through. Spans are sent only when OpenTelemetry is installed and
OTEL_EXPORTER_OTLP_ENDPOINT is set.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256

Headers = Iterable[tuple[str, bytes | None]]

_TRACEPARENT = re.compile(r"^[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$")


def trace_of(headers: Headers | None) -> str | None:
    """The ``traceparent`` among a record's headers, if it is well formed."""
    for key, value in headers or ():
        if key == "traceparent" and value is not None:
            text = value.decode("ascii", "replace")
            return text if _TRACEPARENT.match(text) else None
    return None


def new_trace(seed: str) -> str:
    """A ``traceparent`` computed from ``seed`` (an article id): a repeated send has the same trace."""
    digest = sha256(seed.encode()).hexdigest()
    return f"00-{digest[:32]}-{digest[32:48]}-01"


@contextmanager
def span(
    name: str, trace: str | None = None, started_at_seconds: float | None = None
) -> Iterator[str | None]:
    """A span around a step, as a child of ``trace``; yields the traceparent to pass on.

    ``started_at_seconds`` (Unix time) is when the step began, where that was before: work done in batches.
    """
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        yield trace
        return
    try:
        from opentelemetry import propagate
        from opentelemetry import trace as otel
    except ImportError:
        yield trace
        return
    _start_exporter()
    context = propagate.extract({"traceparent": trace} if trace else {})
    start_ns = None if started_at_seconds is None else int(started_at_seconds * 1e9)
    with otel.get_tracer("stancewatch").start_as_current_span(name, context=context, start_time=start_ns):
        carrier: dict[str, str] = {}
        propagate.inject(carrier)
        yield carrier.get("traceparent", trace)


_exporter_started: list[bool] = []


def _start_exporter() -> None:
    if _exporter_started:
        return
    from opentelemetry import trace as otel
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    otel.set_tracer_provider(provider)
    _exporter_started.append(True)
