"""/metrics, /healthz and /readyz of a service, from a thread of its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from stancewatch_shared.errors import UserError

Checks = Callable[[], Mapping[str, str | None]]


def always_alive() -> Mapping[str, str | None]:
    """The default liveness: a process that answers is alive (liveness never depends on Kafka)."""
    return {}


class HealthServer:
    """Answers 200 while every check is None, else 503 with the reasons as JSON.

    ``checks`` is for /readyz and ``alive`` for /healthz; each maps the name of a check to None (well) or
    to the reason why not. Port 0 takes a free port; ``port`` tells which. Use as a context manager, or
    start() and stop().
    """

    def __init__(self, host: str, port: int, checks: Checks, alive: Checks = always_alive) -> None:
        pages = {"/readyz": checks, "/healthz": alive}

        class Handler(_Handler):
            answers = pages

        try:
            self._server = ThreadingHTTPServer((host, port), Handler)
        except OSError as error:
            raise UserError(
                f"cannot listen on {host}:{port} ({error.strerror}): set STANCEWATCH_HTTP_PORT to a free port"
            ) from None
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="health", daemon=True
        )

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        """Finish the answer in hand and close the socket."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(timeout=5)
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Handler(BaseHTTPRequestHandler):
    answers: Mapping[str, Checks] = {}

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/metrics":
            self._reply(200, CONTENT_TYPE_LATEST, generate_latest(REGISTRY))
        elif path in self.answers:
            failing = {name: reason for name, reason in self.answers[path]().items() if reason is not None}
            body = {"status": "failing" if failing else "ok", "failing": failing}
            self._reply(503 if failing else 200, "application/json", json.dumps(body).encode())
        else:
            self._reply(404, "text/plain; charset=utf-8", b"try /metrics, /healthz or /readyz\n")

    def _reply(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Probes every few seconds are no news."""
