"""A local Slack for tests and the demo: speaks the API that alerting uses, and enforces Slack's limits.

    python deploy/demo/fake_slack.py [--port 8200] [--interactivity-url URL --signing-secret SECRET]

    POST /services/...            an incoming webhook (its messages land in channel "webhook")
    POST /api/chat.postMessage, chat.update, conversations.history, conversations.replies, auth.test
    GET  /  /inbox.txt  /inbox.json    the inbox as a page (/?still does not refresh), as text, as data
    POST /control  {"storm": 3, "retry_after_seconds": 1, "lose_responses": 1, "fail": 2}
    POST /click    {"ts": "...", "action_id": "stancewatch_verdict_true", "user": "U123"}

Faults: "storm" answers 429 that many times; "lose_responses" takes the message and drops the connection;
"fail" answers 500 without taking it; "hang" takes the message and leaves that many calls without an answer. No network beyond 127.0.0.1 is used.
"""

from __future__ import annotations

import argparse
import sys
import threading
from http.server import ThreadingHTTPServer
from pathlib import Path

# Run as a script, imported by the demo's other scripts, or imported by a test: the parts lie beside this file.
sys.path.insert(0, str(Path(__file__).resolve().parent))

from fake_slack_http import Handler
from fake_slack_interactivity import click
from fake_slack_limits import Refusal, check_message
from fake_slack_messages import Faults, Message, Workspace
from fake_slack_page import inbox_page
from fake_slack_view import as_text, links, mentions, shown_mrkdwn

__all__ = [
    "FakeSlack",
    "Faults",
    "Message",
    "Refusal",
    "Workspace",
    "as_text",
    "check_message",
    "inbox_page",
    "links",
    "mentions",
    "shown_mrkdwn",
]


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

        class OwnHandler(Handler):
            slack = fake

        self.let_go = threading.Event()
        """Ends the calls that hang."""
        self._server = ThreadingHTTPServer(("127.0.0.1", port), OwnHandler)
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
        self.let_go.set()
        self._server.shutdown()
        self._server.server_close()

    def click(self, ts: str, action_id: str, user: str = "U0CLICKER1") -> int:
        """Press a button: sends the signed request that Slack would; returns the answer's status."""
        message = next(each for each in self.messages if each.ts == ts)
        return click(message, action_id, user, self.interactivity_url, self.signing_secret)


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
