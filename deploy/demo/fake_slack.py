"""A local Slack for tests and the demo: speaks the API that alerting uses, and enforces Slack's limits.

    python deploy/demo/fake_slack.py [--port 8200] [--interactivity-url URL --signing-secret SECRET]

    POST /services/...            an incoming webhook (its messages land in channel "webhook")
    POST /api/chat.postMessage, chat.update, conversations.history, conversations.replies, auth.test
    GET  /  /inbox.txt  /inbox.json    the inbox as a page, as text, as data
    POST /control  {"storm": 3, "retry_after_seconds": 1, "lose_responses": 1, "fail": 2}
    POST /click    {"ts": "...", "action_id": "stancewatch_verdict_true", "user": "U123"}

Faults: "storm" answers 429 that many times; "lose_responses" takes the message and drops the connection;
"fail" answers 500 without taking it. No network beyond 127.0.0.1 is used.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import html
import json
import re
import socket
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

MOST_BLOCKS = 50
TEXT_LIMIT = 40_000
LIMITS = {"section": 3000, "header": 150, "context": 3000}
WEBHOOK_CHANNEL = "webhook"
SPECIAL = re.compile(r"<([^<>]*)>")
BLOCK_TYPES = {"section", "header", "context", "actions", "divider", "image", "rich_text"}


class Refusal(Exception):  # noqa: N818 - named by its fate, as Slack's error words are
    """Slack's error word, with the detail it puts into response_metadata."""

    def __init__(self, word: str, detail: str = "") -> None:
        super().__init__(word)
        self.word = word
        self.detail = detail


@dataclass
class Message:
    """``ts`` is Slack's id of a message in its channel; ``edits`` counts chat.update."""

    channel: str
    ts: str
    text: str
    blocks: list[dict[str, Any]]
    thread_ts: str | None = None
    metadata: dict[str, Any] | None = None
    edits: int = 0

    def as_api(self, with_metadata: bool) -> dict[str, Any]:
        shown: dict[str, Any] = {"type": "message", "ts": self.ts, "text": self.text, "blocks": self.blocks}
        if self.thread_ts:
            shown["thread_ts"] = self.thread_ts
        if with_metadata and self.metadata:
            shown["metadata"] = self.metadata
        return shown


@dataclass
class Faults:
    """How many of the next posting calls go wrong, and how."""

    storm: int = 0
    retry_after_seconds: float = 1
    lose_responses: int = 0
    fail: int = 0


@dataclass
class Workspace:
    """All state. Thread-safe by ``lock``."""

    token: str = "xoxb-fake"
    channels: set[str] | None = None
    """None: every channel exists."""
    messages: list[Message] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    calls: list[str] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _last_ts: float = 0.0

    def post(self, channel: str, content: dict[str, Any]) -> Message:
        """Take a message, or refuse it as Slack would."""
        if self.channels is not None and channel not in self.channels and channel != WEBHOOK_CHANNEL:
            raise Refusal("channel_not_found")
        check_message(content)
        thread = content.get("thread_ts")
        if thread is not None and self.find(channel, thread) is None:
            raise Refusal("thread_not_found")
        with self.lock:
            self._last_ts = max(time.time(), self._last_ts + 0.000001)
            message = Message(
                channel=channel,
                ts=f"{self._last_ts:.6f}",
                text=str(content.get("text", "")),
                blocks=content.get("blocks") or [],
                thread_ts=thread,
                metadata=content.get("metadata"),
            )
            self.messages.append(message)
            return message

    def update(self, channel: str, ts: str, content: dict[str, Any]) -> Message:
        """chat.update."""
        check_message(content)
        message = self.find(channel, ts)
        if message is None:
            raise Refusal("message_not_found")
        with self.lock:
            message.text = str(content.get("text", ""))
            message.blocks = content.get("blocks") or []
            message.metadata = content.get("metadata", message.metadata)
            message.edits += 1
        return message

    def find(self, channel: str, ts: str) -> Message | None:
        with self.lock:
            return next((each for each in self.messages if (each.channel, each.ts) == (channel, ts)), None)

    def history(self, channel: str, oldest: float, thread: str | None) -> list[Message]:
        """Newest first without replies; with ``thread``, its messages oldest first."""
        with self.lock:
            mine = [each for each in self.messages if each.channel == channel and float(each.ts) >= oldest]
        if thread is not None:
            return [each for each in mine if thread in (each.ts, each.thread_ts)]
        return [each for each in reversed(mine) if each.thread_ts is None]


def check_message(content: dict[str, Any]) -> None:
    """Slack's documented limits on a message."""
    text, blocks = content.get("text"), content.get("blocks")
    if not text and not blocks:
        raise Refusal("no_text")
    if text is not None and len(text) > TEXT_LIMIT:
        raise Refusal("msg_too_long")
    metadata = content.get("metadata")
    if metadata is not None and not (
        isinstance(metadata, dict)
        and metadata.get("event_type")
        and isinstance(metadata.get("event_payload"), dict)
    ):
        raise Refusal("invalid_metadata_format")
    if blocks is None:
        return
    if not isinstance(blocks, list) or len(blocks) > MOST_BLOCKS:
        raise Refusal("invalid_blocks", f"no more than {MOST_BLOCKS} items allowed")
    ids = [each.get("block_id") for each in blocks if each.get("block_id")]
    if len(ids) != len(set(ids)):
        raise Refusal("invalid_blocks", "block_id must be unique")
    for number, block in enumerate(blocks):
        problem = block_problem(block)
        if problem:
            raise Refusal("invalid_blocks", f"{problem} [/blocks/{number}]")


def block_problem(block: dict[str, Any]) -> str | None:
    """What is wrong with a block, or None."""
    kind = block.get("type")
    if kind not in BLOCK_TYPES:
        return f"unsupported type: {kind}"
    if kind == "actions":
        return _actions_problem(block.get("elements"))
    if kind == "context":
        elements = block.get("elements")
        if not isinstance(elements, list) or not 1 <= len(elements) <= 10:
            return "context takes 1 to 10 elements"
        return next(
            (problem for each in elements if (problem := text_problem(each, LIMITS["context"]))), None
        )
    if kind == "section":
        fields = block.get("fields")
        if fields is not None and (len(fields) > 10 or any(text_problem(each, 2000) for each in fields)):
            return "fields: at most 10 of 2000 characters"
        return None if fields and "text" not in block else text_problem(block.get("text"), LIMITS["section"])
    if kind == "header":
        text = block.get("text")
        if isinstance(text, dict) and text.get("type") != "plain_text":
            return "header takes plain_text"
        return text_problem(text, LIMITS["header"])
    return None


def text_problem(text: Any, limit: int) -> str | None:
    """What is wrong with a text object, or None."""
    if not isinstance(text, dict) or text.get("type") not in ("plain_text", "mrkdwn"):
        return "text must be plain_text or mrkdwn"
    content = text.get("text")
    if not isinstance(content, str) or not content:
        return "text must be more than 0 characters"
    if len(content) > limit:
        return f"must be less than {limit + 1} characters"
    if text["type"] == "plain_text" and "verbatim" in text:
        return "verbatim is for mrkdwn"
    return None


def _actions_problem(elements: Any) -> str | None:
    if not isinstance(elements, list) or not 1 <= len(elements) <= 25:
        return "actions takes 1 to 25 elements"
    actions = [each.get("action_id") for each in elements]
    if len(actions) != len(set(actions)):
        return "action_id must be unique"
    for each in elements:
        if each.get("type") != "button" or text_problem(each.get("text"), 75):
            return "a button needs plain_text of at most 75 characters"
        if (
            len(each.get("url", "")) > 3000
            or len(each.get("value", "")) > 2000
            or len(each["action_id"]) > 255
        ):
            return "a button's url, value or action_id is too long"
    return None


# --- as a reader sees it ---------------------------------------------------------------------------


def shown_mrkdwn(text: str) -> str:
    """mrkdwn as plain text: what Slack would act on stands in doubled angle brackets, links as label (url)."""

    def show(match: re.Match[str]) -> str:
        inner = match[1]
        if inner.startswith("!date^"):
            return inner.rpartition("|")[2]
        if inner[:1] in ("!", "@", "#"):
            return f"«{inner}»"
        url, _, label = inner.partition("|")
        return f"{label} ({url})" if label else url

    return unescape(SPECIAL.sub(show, text))


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mentions(message: Message) -> list[str]:
    """What Slack would act on in this message: mentions of people, groups and channels. Dates are none."""
    texts = [message.text, *(text["text"] for block in message.blocks for text in _mrkdwn_texts(block))]
    found = [inner for text in texts for inner in SPECIAL.findall(text)]
    return [each for each in found if each[:1] in ("!", "@", "#") and not each.startswith("!date^")]


def links(message: Message) -> list[str]:
    """Every address a reader could click on."""
    texts = [message.text, *(text["text"] for block in message.blocks for text in _mrkdwn_texts(block))]
    found = [inner.partition("|")[0] for text in texts for inner in SPECIAL.findall(text) if "://" in inner]
    buttons = [
        each["url"] for block in message.blocks for each in block.get("elements", []) if each.get("url")
    ]
    return [unescape(each) for each in [*found, *buttons]]


def _mrkdwn_texts(block: dict[str, Any]) -> list[dict[str, Any]]:
    texts = [block.get("text"), *block.get("elements", []), *block.get("fields", [])]
    return [each for each in texts if isinstance(each, dict) and each.get("type") == "mrkdwn"]


def as_text(message: Message) -> str:
    """One message as lines of text."""
    lines = []
    for block in message.blocks:
        if block["type"] == "header":
            lines.append(f"## {unescape(block['text']['text'])}")
        elif block["type"] == "section":
            text = block["text"]
            lines.append(shown_mrkdwn(text["text"]) if text["type"] == "mrkdwn" else unescape(text["text"]))
        elif block["type"] == "context":
            lines.append(" ".join(shown_mrkdwn(each["text"]) for each in block["elements"]))
        elif block["type"] == "actions":
            lines.append(" ".join(f"[{each['text']['text']}]" for each in block["elements"]))
    return "\n".join(lines or [shown_mrkdwn(message.text)])


def inbox_text(workspace: Workspace) -> str:
    """All channels with their threads."""
    with workspace.lock:
        heads = [each for each in workspace.messages if each.thread_ts is None]
        parts = []
        for head in heads:
            edited = f" (edited {head.edits}x)" if head.edits else ""
            parts.append(f"#{head.channel}{edited}\n{as_text(head)}")
            replies = [each for each in workspace.messages if each.thread_ts == head.ts]
            parts += ["    ↳ " + as_text(each).replace("\n", "\n      ") for each in replies]
    return "\n\n".join(parts) + "\n"


def inbox_page(workspace: Workspace) -> str:
    """The inbox as a page; everything is text in it."""
    body = html.escape(inbox_text(workspace)) or "Nothing yet."
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2">'
        '<meta name="viewport" content="width=device-width"><title>Local Slack</title>'
        "<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
        "pre{white-space:pre-wrap;font:inherit}</style></head>"
        f"<body><h1>Local Slack inbox</h1><pre>{body}</pre></body></html>"
    )


# --- the server ------------------------------------------------------------------------------------


class FakeSlack:
    """The server; use as a context manager. ``url`` is its base address."""

    def __init__(
        self,
        port: int = 0,
        workspace: Workspace | None = None,
        interactivity_url: str = "",
        signing_secret: str = "",
    ) -> None:
        self.workspace = workspace or Workspace()
        self.interactivity_url = interactivity_url
        self.signing_secret = signing_secret
        fake = self

        class Handler(_Handler):
            slack = fake

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def api_url(self) -> str:
        """For STANCEWATCH_SLACK_API_URL."""
        return f"{self.url}/api/"

    @property
    def webhook_url(self) -> str:
        """For STANCEWATCH_SLACK_WEBHOOK_URL."""
        return f"{self.url}/services/T000/B000/XXXX"

    @property
    def messages(self) -> list[Message]:
        with self.workspace.lock:
            return list(self.workspace.messages)

    def __enter__(self) -> FakeSlack:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> FakeSlack:
        return self.__enter__()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def click(self, ts: str, action_id: str, user: str = "U0CLICKER1") -> int:
        """Press a button: sends the signed request that Slack would; returns the answer's status."""
        message = next(each for each in self.messages if each.ts == ts)
        buttons = [each for block in message.blocks for each in block.get("elements", [])]
        button = next(each for each in buttons if each.get("action_id") == action_id)
        action = {
            "type": "button", "action_id": action_id, "value": button.get("value"), "action_ts": f"{time.time():.6f}",
        }  # fmt: skip
        payload = {
            "type": "block_actions", "user": {"id": user}, "channel": {"id": message.channel},
            "message": {"ts": ts}, "actions": [action],
        }  # fmt: skip
        body = urlencode({"payload": json.dumps(payload)}).encode()
        timestamp = str(int(time.time()))
        base = f"v0:{timestamp}:".encode() + body
        signature = "v0=" + hmac.new(self.signing_secret.encode(), base, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature,
        }
        with urlopen(Request(self.interactivity_url, data=body, headers=headers), timeout=3) as answer:
            return int(answer.status)


class _Handler(BaseHTTPRequestHandler):
    slack: FakeSlack
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        workspace = self.slack.workspace
        if path in ("/", "/inbox"):
            self._reply(200, "text/html; charset=utf-8", inbox_page(workspace).encode())
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
        """The message was taken; the sender never hears of it."""
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


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="fake_slack.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=8200, help="0 takes a free port (default: 8200)")
    parser.add_argument("--token", default="xoxb-fake", help="the bot token it accepts (default: xoxb-fake)")
    parser.add_argument("--interactivity-url", default="", help="where clicks on buttons are sent")
    parser.add_argument("--signing-secret", default="", help="signs those requests")
    given = parser.parse_args()
    workspace = Workspace(token=given.token)
    slack = FakeSlack(given.port, workspace, given.interactivity_url, given.signing_secret)
    print(f"local Slack: inbox {slack.url}/  webhook {slack.webhook_url}  api {slack.api_url}", flush=True)
    try:
        slack.start()
        threading.Event().wait()
    except KeyboardInterrupt:
        pass
    finally:
        slack.stop()


if __name__ == "__main__":
    main()
