"""The local Slack's HTTP side: the API's methods, the incoming webhook, the inbox, and the faults."""

from __future__ import annotations

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from fake_slack_limits import Refusal
from fake_slack_messages import WEBHOOK_CHANNEL, Faults, Message, Workspace
from fake_slack_page import inbox_page
from fake_slack_view import inbox_text


class Slack(Protocol):
    """What stands behind the addresses (fake_slack.FakeSlack)."""

    workspace: Workspace
    let_go: threading.Event

    @property
    def messages(self) -> list[Message]: ...

    def click(self, ts: str, action_id: str, user: str = ...) -> int: ...


class Handler(BaseHTTPRequestHandler):
    slack: Slack
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        workspace = self.slack.workspace
        if path in ("/", "/inbox"):
            page = inbox_page(self.slack.messages, refresh="still" not in urlsplit(self.path).query)
            self._reply(200, "text/html; charset=utf-8", page.encode())
        elif path == "/inbox.txt":
            self._reply(200, "text/plain; charset=utf-8", inbox_text(workspace).encode())
        elif path == "/inbox.json":
            found = [
                {"channel": each.channel, "edits": each.edits, **each.as_api(True)}
                for each in self.slack.messages
            ]
            self._json(found)
        elif path.startswith("/api/"):
            self._api(path.removeprefix("/api/"), b"")
        else:
            self._reply(404, "text/plain", b"no_such_page")

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if path.startswith("/services/"):
            self._webhook(body)
        elif path.startswith("/api/"):
            self._api(path.removeprefix("/api/"), body)
        elif path == "/control":
            self.slack.workspace.faults = Faults(**json.loads(body))
            self._json({"ok": True})
        elif path == "/click":
            self._json({"ok": True, "status": self.slack.click(**json.loads(body))})
        else:
            self._reply(404, "text/plain", b"no_such_page")

    def _webhook(self, body: bytes) -> None:
        workspace = self.slack.workspace
        workspace.calls.append("webhook")
        if self._refused_by_fault():
            return
        try:
            content = json.loads(body)
            workspace.post(
                WEBHOOK_CHANNEL, {key: content[key] for key in ("text", "blocks") if key in content}
            )
        except json.JSONDecodeError:
            self._reply(400, "text/plain", b"invalid_payload")
        except Refusal as refusal:
            self._reply(400, "text/plain", refusal.word.encode())
        else:
            if not self._loses_response():
                self._reply(200, "text/plain", b"ok")

    def _api(self, method: str, body: bytes) -> None:
        workspace = self.slack.workspace
        workspace.calls.append(method)
        content = self._content(body)
        writes = method.startswith("chat.")
        if writes and self._refused_by_fault():
            return
        token = self.headers.get("Authorization", "").removeprefix("Bearer ") or content.get("token", "")
        try:
            if token != workspace.token:
                raise Refusal("invalid_auth" if token else "not_authed")
            answer = {"ok": True, **self._call(method, content)}
        except Refusal as refusal:
            answer = {"ok": False, "error": refusal.word, "response_metadata": {"messages": [refusal.detail]}}
        if writes and answer["ok"] and self._loses_response():
            return
        self._json(answer)

    def _call(self, method: str, content: dict[str, Any]) -> dict[str, Any]:
        workspace = self.slack.workspace
        channel = str(content.get("channel", ""))
        if method == "auth.test":
            return {"user_id": "UBOT", "team": "Local"}
        if method == "chat.postMessage":
            message = workspace.post(channel, content)
            return {"channel": channel, "ts": message.ts, "message": message.as_api(True)}
        if method == "chat.update":
            message = workspace.update(channel, str(content.get("ts", "")), content)
            return {"channel": channel, "ts": message.ts, "text": message.text}
        if method in ("conversations.history", "conversations.replies"):
            thread = str(content["ts"]) if method.endswith("replies") else None
            found = workspace.history(channel, float(content.get("oldest") or 0), thread)
            start, limit = int(content.get("cursor") or 0), min(int(content.get("limit") or 100), 999)
            page = found[start : start + limit]
            more = start + limit < len(found)
            with_metadata = str(content.get("include_all_metadata", "")).lower() in ("true", "1")
            return {
                "messages": [each.as_api(with_metadata) for each in page],
                "has_more": more,
                "response_metadata": {"next_cursor": str(start + limit) if more else ""},
            }
        raise Refusal("unknown_method")

    def _content(self, body: bytes) -> dict[str, Any]:
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        if "json" in self.headers.get("Content-Type", ""):
            return {**query, **json.loads(body or b"{}")}
        return {**query, **{name: values[0] for name, values in parse_qs(body.decode()).items()}}

    def _refused_by_fault(self) -> bool:
        faults = self.slack.workspace.faults
        with self.slack.workspace.lock:
            storm, fail = faults.storm > 0, faults.storm <= 0 and faults.fail > 0
            faults.storm -= storm
            faults.fail -= fail
        if storm:
            body = json.dumps({"ok": False, "error": "ratelimited"}).encode()
            seconds = f"{faults.retry_after_seconds:g}"
            self._reply(429, "application/json", body, {"Retry-After": seconds})
        elif fail:
            self._reply(500, "text/plain", b"server_error")
        return storm or fail

    def _loses_response(self) -> bool:
        """The message was taken; the sender never hears of it, at once or only after its patience has ended."""
        with self.slack.workspace.lock:
            hangs = self.slack.workspace.faults.hang > 0
            self.slack.workspace.faults.hang -= hangs
        if hangs:
            self.slack.let_go.wait()
            self.close_connection = True
            return True
        with self.slack.workspace.lock:
            loses = self.slack.workspace.faults.lose_responses > 0
            self.slack.workspace.faults.lose_responses -= loses
        if loses:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        return loses

    def _json(self, content: Any) -> None:
        self._reply(200, "application/json; charset=utf-8", json.dumps(content).encode())

    def _reply(
        self, status: int, content_type: str, body: bytes, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": content_type,
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Quiet."""
