"""A web server that misbehaves on purpose: each path is a script that is given the bare socket."""

from __future__ import annotations

import contextlib
import gzip
import socket
import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

Script = Callable[["Visit"], None]


@dataclass
class Visit:
    """One request, and the means to answer it badly."""

    path: str
    headers: dict[str, str]
    socket: socket.socket
    stop: threading.Event

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self, status: int = 200, body: bytes = b"", length: int | None = None, **headers: str) -> None:
        lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body) if length is None else length}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def drip(self, data: bytes, seconds: float) -> None:
        """One byte every `seconds`, until the visitor has had enough."""
        for i in range(len(data)):
            if self.stop.wait(seconds):
                return
            self.send(data[i : i + 1])


@dataclass
class Server:
    """Scripts by path, and the visits that came."""

    port: int
    scripts: dict[str, Script] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def serve(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        """Let `path` answer decently."""
        self.scripts[path] = lambda visit: visit.answer(status, body, **headers)
        return self.url(path)

    def script(self, path: str, script: Script) -> str:
        self.scripts[path] = script
        return self.url(path)

    def paths(self) -> list[str]:
        return [visit.path for visit in self.visits]


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        owner: _TcpServer = self.server  # type: ignore[assignment]
        buffer = b""
        while b"\r\n\r\n" not in buffer:
            chunk = self.request.recv(65536)
            if not chunk:
                return
            buffer += chunk
        head = buffer.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        path = head[0].split(" ")[1]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
        visit = Visit(path, headers, self.request, owner.stop)
        owner.state.visits.append(visit)
        script = owner.state.scripts.get(path, lambda v: v.answer(404))
        with contextlib.suppress(OSError):
            script(visit)


class _TcpServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 100
    state: Server
    stop: threading.Event


@contextlib.contextmanager
def misbehaving_server():
    """A running server on a free port."""
    with _TcpServer(("127.0.0.1", 0), _Handler) as tcp:
        tcp.state = Server(tcp.server_address[1])
        tcp.stop = threading.Event()
        thread = threading.Thread(target=tcp.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield tcp.state
        finally:
            tcp.stop.set()
            tcp.shutdown()
            thread.join()


def bomb(megabytes: int) -> bytes:
    """A gzip stream that unpacks to so many megabytes of zeros."""
    return gzip.compress(b"\0" * (megabytes * 1_000_000), 9)
