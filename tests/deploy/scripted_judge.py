"""A stance model that speaks the judge's protocol and goes by a few words: this suite is about plumbing, not about reading."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

OPPOSED = ("not ready to protect", "can't sell", "cannot sell", "will stay", "will not close", "didn't let")
IN_FAVOUR = ("ready to sign", "will sign", "want this", "support closing", "it is time to close")


class ScriptedJudge:
    """A context manager; `spec` is what STANCEWATCH_MODEL is set to."""

    def __init__(self) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                asked = json.loads(request["messages"][-1]["content"])
                answer = json.dumps(verdict_on(asked.get("words_under_judgement") or asked["passage"]))
                body = json.dumps(
                    {"choices": [{"finish_reason": "stop", "message": {"content": answer}}]}
                ).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)

    @property
    def spec(self) -> str:
        return f"judge:scripted@http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> ScriptedJudge:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def verdict_on(words: str) -> dict[str, object]:
    """The judge's answer: stance, conditional, past, confidence."""
    stance = "none"
    if any(each in words for each in OPPOSED):
        stance = "oppose"
    elif any(each in words for each in IN_FAVOUR):
        stance = "support"
    return {"stance": stance, "conditional": False, "past": False, "confidence": 0.98}
