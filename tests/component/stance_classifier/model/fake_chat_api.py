"""A local stand-in for an OpenAI-compatible chat API: it checks each request as the real ones do."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = tuple[int, dict[str, str], bytes]


def completion(content: str | None, finish_reason: str = "stop", refusal: str | None = None) -> Reply:
    """A chat completion as the API words it."""
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "fake",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish_reason,
                "message": {"role": "assistant", "content": content, "refusal": refusal},
            }
        ],
        "usage": {"prompt_tokens": 90, "completion_tokens": 10, "total_tokens": 100},
    }
    return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()


@dataclass
class FakeChatApi:
    """What the server was asked, and what it will reply next (the last reply repeats)."""

    replies: list[Reply]
    key: str | None = None
    delay_seconds: float = 0.0
    requests: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str, authorization: str | None, raw: bytes) -> Reply:
        """The reply to one POST."""
        if path != "/v1/chat/completions":
            return 404, {}, b"{}"
        if self.key is not None and authorization != f"Bearer {self.key}":
            return 401, {}, b'{"error": {"message": "Incorrect API key provided"}}'
        body = json.loads(raw)
        problem = _problem(body)
        if problem is not None:
            return 400, {}, json.dumps({"error": {"message": problem}}).encode()
        self.requests.append(body)
        time.sleep(self.delay_seconds)
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def _problem(body: dict[str, Any]) -> str | None:
    roles = [message.get("role") for message in body.get("messages", [])]
    schema = body.get("response_format", {}).get("json_schema", {})
    if not isinstance(body.get("model"), str) or roles != ["system", "user"]:
        return "model and messages are required"
    if body["response_format"].get("type") != "json_schema" or not schema.get("name"):
        return "response_format.json_schema.name is required"
    if schema.get("strict"):
        inner = schema["schema"]
        if inner.get("additionalProperties") is not False or set(inner["required"]) != set(
            inner["properties"]
        ):
            return "strict schemas need additionalProperties=false and every property required"
    return None


@contextmanager
def running(api: FakeChatApi) -> Iterator[FakeChatApi]:
    """Serves the API on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(api.answer))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    api.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(answer: Callable[[str, str | None, bytes], Reply]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers, body = answer(self.path, self.headers.get("Authorization"), raw)
            try:
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Handler
