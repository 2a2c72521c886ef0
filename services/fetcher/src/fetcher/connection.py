"""HTTP connections that ask the guard first and that end by a deadline whatever the server does.

Timeouts of a socket count from one byte to the next: a server that drips a byte every few seconds is never late.
So each request has a deadline, and a watchman shuts the sockets that pass it.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProtocolError

from fetcher.guard import AddressGuard

WATCH_INTERVAL_SECONDS = 0.25


class Watchman:
    """Shuts down sockets whose deadline (monotonic seconds) has passed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watched: dict[int, tuple[float, Any]] = {}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="deadlines", daemon=True)
        self._thread.start()

    def watch(self, connection: Any, deadline: float) -> None:
        """Shut `connection` down at `deadline` unless released before."""
        with self._lock:
            self._watched[id(connection)] = (deadline, connection)

    def release(self, connection: Any) -> None:
        """The request on `connection` has ended."""
        with self._lock:
            self._watched.pop(id(connection), None)

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()
        self._thread.join(timeout=2)

    def _watch(self) -> None:
        while not self._stopped.wait(WATCH_INTERVAL_SECONDS):
            now = time.monotonic()
            with self._lock:
                late = [key for key, (deadline, _) in self._watched.items() if deadline <= now]
                for key in late:
                    self._watched.pop(key)[1].shut_down()


class _Guarded:
    """Mixin for urllib3 connections: connects only to addresses the guard allows."""

    guard: AddressGuard
    # A duplicate of the descriptor: TLS takes the socket object over, but shutting the duplicate reaches the
    # same connection during the handshake too.
    handle: socket.socket | None = None
    # No request was sent on the present socket yet.
    is_fresh = True

    def _new_conn(self) -> socket.socket:
        host, port = self.host, self.port  # type: ignore[attr-defined]
        timeout = self.timeout  # type: ignore[attr-defined]
        try:
            addresses = self.guard.addresses(host, port)
        except OSError as error:
            raise NewConnectionError(self, f"{host} cannot be resolved: {error}") from None  # type: ignore[arg-type]
        last: OSError | None = None
        for family, address, _ in addresses[:4]:
            sock = socket.socket(family, socket.SOCK_STREAM)
            try:
                sock.settimeout(float(timeout) if isinstance(timeout, int | float) else 10.0)
                sock.connect((address, port))
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                sock.close()
                last = error
                continue
            self.handle = socket.socket(fileno=os.dup(sock.fileno()))
            self.is_fresh = True
            return sock
        if isinstance(last, TimeoutError):
            raise ConnectTimeoutError(self, f"no connection to {host} in time") from None
        raise NewConnectionError(self, f"no connection to {host}: {last}") from None  # type: ignore[arg-type]

    def shut_down(self) -> None:
        """End the connection from another thread: a blocked read returns at once."""
        handle = self.handle
        if handle is not None:
            with contextlib.suppress(OSError):
                handle.shutdown(socket.SHUT_RDWR)

    def drop_handle(self) -> None:
        """Give the duplicate back."""
        if self.handle is not None:
            self.handle.close()
            self.handle = None


class _HttpConnection(_Guarded, HTTPConnection):
    def close(self) -> None:
        super().close()
        self.drop_handle()


class _HttpsConnection(_Guarded, HTTPSConnection):
    def close(self) -> None:
        super().close()
        self.drop_handle()


class GuardedPool(PoolManager):
    """A urllib3 PoolManager all of whose connections are guarded and watched."""

    def __init__(self, guard: AddressGuard, connections: int = 64, **options: Any) -> None:
        super().__init__(num_pools=connections, maxsize=1, block=False, **options)
        self.watchman = Watchman()
        current = self._current = threading.local()
        watchman = self.watchman

        def begin(connection: Any) -> None:
            deadline = getattr(current, "deadline", None)
            current.connection = connection
            if deadline is not None:
                watchman.watch(connection, deadline)

        class Http(_HttpConnection):
            def connect(self) -> None:
                begin(self)
                super().connect()

            def request(self, *args: Any, **kwargs: Any) -> None:
                begin(self)
                try:
                    super().request(*args, **kwargs)
                finally:
                    current.is_reused, self.is_fresh = not self.is_fresh, False

        class Https(_HttpsConnection):
            def connect(self) -> None:
                begin(self)
                super().connect()

            def request(self, *args: Any, **kwargs: Any) -> None:
                begin(self)
                try:
                    super().request(*args, **kwargs)
                finally:
                    current.is_reused, self.is_fresh = not self.is_fresh, False

        Http.guard = Https.guard = guard

        class HttpPool(HTTPConnectionPool):
            ConnectionCls = Http

        class HttpsPool(HTTPSConnectionPool):
            ConnectionCls = Https

        self.pool_classes_by_scheme = {"http": HttpPool, "https": HttpsPool}

    @contextlib.contextmanager
    def deadline(self, at: float) -> Any:
        """Requests of this thread inside the block end by `at` (monotonic seconds)."""
        self._current.deadline = at
        self._current.connection = None
        try:
            yield
        finally:
            if self._current.connection is not None:
                self.watchman.release(self._current.connection)
            self._current.deadline = None

    def was_closed_while_idle(self, error: Exception) -> bool:
        """Whether this thread's request failed because the server had closed the connection that was kept open.

        Servers close idle connections when they like; the next request may already be under way. It was not
        answered, so it may be sent again (RFC 9112 9.3.1).
        """
        cause = error.args[1] if len(error.args) > 1 else None
        is_reused: bool = getattr(self._current, "is_reused", False)
        return is_reused and isinstance(error, ProtocolError) and isinstance(cause, ConnectionError)

    def close(self) -> None:
        """Close all connections and end the watchman."""
        self.clear()
        self.watchman.stop()
