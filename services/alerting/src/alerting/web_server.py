"""Runs the public pages in a thread of their own."""

from __future__ import annotations

import threading
import time
from typing import Any

import uvicorn
from stancewatch_shared.errors import UserError

START_SECONDS = 15.0
STOP_SECONDS = 1.5


class WebServer:
    """``port`` tells the port it listens on (0 takes a free one)."""

    def __init__(self, app: Any, host: str, port: int) -> None:
        config = uvicorn.Config(
            app, host=host, port=port, log_config=None, access_log=False, server_header=False,
            timeout_graceful_shutdown=1, limit_concurrency=200,
        )  # fmt: skip
        self._where = f"{host}:{port}"
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    def start(self) -> None:
        """Return once it listens. Raises UserError when the port is taken."""
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise UserError(
                    f"cannot listen on {self._where}: set STANCEWATCH_ALERTING_PUBLIC_PORT to a free port"
                )
            time.sleep(0.02)

    @property
    def port(self) -> int:
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    def ask_to_stop(self) -> None:
        """No further request is taken; the answers in hand go out meanwhile."""
        self._server.should_exit = True

    def stop(self) -> None:
        """Wait for the answers in hand."""
        self.ask_to_stop()
        self._thread.join(timeout=STOP_SECONDS)

    def _run(self) -> None:
        try:
            self._server.run()
        except SystemExit:
            # uvicorn's way to say that it can't listen; start() tells it.
            return
