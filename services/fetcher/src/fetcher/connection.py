"""HTTP connections that ask the guard first and that end by a deadline whatever the server does (see watchman.py)."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from typing import Any, Protocol

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProtocolError

from fetcher.guard import SocketAddress, resolve_by_dns
from fetcher.watchman import Watchman

ADDRESSES_TRIED = 4


class Addresses(Protocol):
    """Where a host may be connected to; raises ForbiddenAddress or OSError."""

    def __call__(self, host: str, port: int) -> list[SocketAddress]: ...


class _Guarded:
    """Mixin for urllib3 connections: connects only where `addresses` lets it, and can be shut from outside."""

    # A tuple: a bare function would be taken for a method.
    addresses: tuple[Addresses]
    watchman: Watchman
    # What the present thread is at: its deadline, its connection, and whether that was used before.
    current: threading.local
    # A duplicate of the descriptor: TLS takes the socket object over, but shutting the duplicate reaches the
    # same connection during the handshake too.
    handle: socket.socket | None = None
    # Until its request has ended, a closed connection can still be shut: http.client closes it before it reads a body
    # without a length.
    is_watched = False
    # No request was sent on the present socket yet.
    is_fresh = True

    def _new_conn(self) -> socket.socket:
        host, port = self.host, self.port  # type: ignore[attr-defined]
        timeout = self.timeout  # type: ignore[attr-defined]
        try:
            addresses = self.addresses[0](host, port)
        except OSError as error:
            raise self._no_connection(f"{host} cannot be resolved: {error.strerror or error}") from None
        last: OSError | None = None
        for family, address, _ in addresses[:ADDRESSES_TRIED]:
            sock = socket.socket(family, socket.SOCK_STREAM)
            try:
                sock.settimeout(float(timeout) if isinstance(timeout, int | float) else 10.0)
                sock.connect((address, port))
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                sock.close()
                last = error
                continue
            self._let_go()
            self.handle = socket.socket(fileno=os.dup(sock.fileno()))
            self.is_fresh = True
            return sock
        if isinstance(last, TimeoutError):
            raise ConnectTimeoutError(self, f"no connection to {host} in time") from None
        reason = (last.strerror or last) if last else "it has no address"
        raise self._no_connection(f"no connection to {host}: {reason}")

    def _no_connection(self, reason: str) -> NewConnectionError:
        return NewConnectionError(self, reason)  # type: ignore[arg-type]

    def connect(self) -> None:
        self._begin()
        super().connect()  # type: ignore[misc]

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._begin()
        try:
            super().request(*args, **kwargs)  # type: ignore[misc]
        finally:
            self.current.is_reused, self.is_fresh = not self.is_fresh, False

    def close(self) -> None:
        super().close()  # type: ignore[misc]
        if not self.is_watched:
            self._let_go()

    def shut_down(self) -> None:
        """End the connection from another thread: a blocked read returns at once."""
        handle = self.handle
        if handle is not None:
            with contextlib.suppress(OSError):
                handle.shutdown(socket.SHUT_RDWR)

    def _begin(self) -> None:
        deadline = getattr(self.current, "deadline", None)
        before = getattr(self.current, "connection", None)
        if before is not None and before is not self:
            # It broke, and the request is sent once more.
            before.end_watch()
        self.current.connection = self
        if deadline is not None:
            self.is_watched = True
            self.watchman.watch(self, deadline)

    def end_watch(self) -> None:
        """The request has ended, with its body."""
        self.watchman.release(self)
        self.is_watched = False
        if self.sock is None:  # type: ignore[attr-defined]
            self._let_go()

    def _let_go(self) -> None:
        if self.handle is not None:
            self.handle.close()
            self.handle = None


class Connections:
    """Open connections, straight or through a proxy, all of them guarded and watched."""

    def __init__(self, addresses: Addresses, proxy: ProxyManager | None = None, hosts: int = 64) -> None:
        self._current = threading.local()
        self._watchman = Watchman()
        self._direct = PoolManager(num_pools=hosts, maxsize=1, block=False, retries=False)
        self._direct.pool_classes_by_scheme = self._pools(addresses)
        self._proxied = proxy
        if proxy is not None:
            # The proxy's own address is the operator's word, and nobody else's.
            proxy.pool_classes_by_scheme = self._pools(resolve_by_dns)

    def request(self, url: str, through_proxy: bool, **options: Any) -> Any:
        """One GET without redirects; a urllib3 response that is not read yet. Raises urllib3's errors."""
        pool = self._proxied if through_proxy and self._proxied is not None else self._direct
        return pool.request(
            "GET", url, redirect=False, retries=False, preload_content=False, decode_content=False, **options
        )

    @contextlib.contextmanager
    def deadline(self, at: float) -> Iterator[None]:
        """Requests of this thread inside the block end by `at` (monotonic seconds)."""
        current = self._current
        current.deadline, current.connection = at, None
        try:
            yield
        finally:
            if current.connection is not None:
                current.connection.end_watch()
            current.deadline = current.connection = None

    def was_closed_while_idle(self, error: Exception) -> bool:
        """Whether this thread's request failed because the server had closed the connection that was kept open.

        Servers close idle connections when they like; the next request may already be under way. It was not
        answered, so it may be sent again (RFC 9112 9.3.1).
        """
        cause = error.args[1] if len(error.args) > 1 else None
        is_reused: bool = getattr(self._current, "is_reused", False)
        return is_reused and isinstance(error, ProtocolError) and isinstance(cause, ConnectionError)

    def clear(self) -> None:
        """Close what is kept open."""
        self._direct.clear()
        if self._proxied is not None:
            self._proxied.clear()

    def close(self) -> None:
        """Close all connections and end the watchman."""
        self.clear()
        self._watchman.stop()

    def _pools(self, judge: Addresses) -> dict[str, Any]:
        class Guarded(_Guarded):
            addresses, watchman, current = (judge,), self._watchman, self._current

        class Http(Guarded, HTTPConnection):
            pass

        class Https(Guarded, HTTPSConnection):
            pass

        class HttpPool(HTTPConnectionPool):
            ConnectionCls = Http

        class HttpsPool(HTTPSConnectionPool):
            ConnectionCls = Https

        return {"http": HttpPool, "https": HttpsPool}
