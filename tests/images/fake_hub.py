"""A model hub with one model, as far as `huggingface_hub` asks: the list of files of a revision, and the files."""

from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

MODEL = "newsroom/tiny-nli"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


class FakeHub:
    """A context manager that serves a folder's files as MODEL; other models are not found."""

    def __init__(self, folder: Path) -> None:
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self.answer(with_body=False)

            def do_GET(self) -> None:
                self.answer(with_body=True)

            def answer(self, with_body: bool) -> None:
                path = self.path.partition("?")[0]
                outer.asked.append(path)
                name = path.rpartition("/")[2]
                if path.startswith(f"/api/models/{MODEL}"):
                    siblings = [{"rfilename": each} for each in files]
                    body = json.dumps({"id": MODEL, "sha": COMMIT, "siblings": siblings}).encode()
                    self.head(200, body, "application/json")
                elif path == f"/{MODEL}/resolve/{COMMIT}/{name}" and name in files:
                    body = files[name]
                    self.head(200, body, "application/octet-stream")
                else:
                    body = b"not found"
                    self.head(404, body, "text/plain")
                if with_body:
                    self.wfile.write(body)

            def head(self, status: int, body: bytes, kind: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("ETag", f'"{hashlib.sha1(body).hexdigest()}"')
                self.send_header("X-Repo-Commit", COMMIT)
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)

    @property
    def build_arguments(self) -> dict[str, str]:
        """What build.sh takes from its environment."""
        address = f"http://127.0.0.1:{self._server.server_address[1]}"
        return {"HUB_MODEL": MODEL, "HUB_REVISION": COMMIT, "HUB_ENDPOINT": address}

    def __enter__(self) -> FakeHub:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
