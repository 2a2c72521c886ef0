"""The public port: verdict links, Slack's buttons, feeds and the live error rate. Knows no metrics.

A link in a message is only a question: the page asks, and the POST of its form gives the verdict, so that a
mail scanner or a link preview that follows links judges nothing.
"""

from __future__ import annotations

import html
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from alerting.escape import plain
from alerting.feeds import FeedEntry, atom, json_feed
from alerting.signatures import is_from_slack, is_our_link
from alerting.slack_head import VERDICT_ACTION
from alerting.verdicts import WORDS
from alerting.view import AlertView
from alerting.words import VERDICTS

MOST_BODY_BYTES = 262_144
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Backend(Protocol):
    """What the pages need. All calls may block; they run outside the event loop."""

    def view(self, alert_id: str) -> AlertView | None: ...

    def give_verdict(
        self, alert_id: str, word: str, by: str, via: str, receiver: str | None, click: str
    ) -> bool:
        """Returns once the verdict is safe; False when there is no such alert."""
        ...

    def feed(self, receiver: str) -> list[FeedEntry] | None:
        """None when no feed has this name."""
        ...

    def error_report(self) -> dict[str, Any]: ...

    def now(self) -> datetime: ...


@dataclass(frozen=True)
class Secrets:
    """None: that way of judging is off."""

    slack_signing: str | None = None
    link: str | None = None


def build_web(backend: Backend, secrets: Secrets) -> Starlette:
    """The application."""
    pages = _Pages(backend, secrets)
    return Starlette(
        routes=[
            Route("/verdict", pages.ask, methods=["GET"]),
            Route("/verdict", pages.judge, methods=["POST"]),
            Route("/slack/interactivity", pages.slack, methods=["POST"]),
            Route("/feeds/{name}.atom", pages.atom),
            Route("/feeds/{name}.json", pages.json_feed),
            Route("/error-rate.json", pages.error_rate),
        ]
    )


Handler = Callable[[Request], Awaitable[Response]]


class _Pages:
    def __init__(self, backend: Backend, secrets: Secrets) -> None:
        self._backend = backend
        self._secrets = secrets

    async def ask(self, request: Request) -> Response:
        query = {name: value for name, value in request.query_params.items() if len(value) <= 600}
        refusal = self._link_refusal(query)
        if refusal is not None:
            return refusal
        view = await run_in_threadpool(self._backend.view, query["alert"])
        return (
            _page("Unknown alert", "<p>This alert is no longer known here.</p>", 404)
            if view is None
            else _ask(view, query)
        )

    async def judge(self, request: Request) -> Response:
        body = await _bounded_body(request)
        if body is None:
            return PlainTextResponse("too large", 413)
        query = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
        refusal = self._link_refusal(query)
        if refusal is not None:
            return refusal
        receiver = query["receiver"]
        click = self._backend.now().isoformat(timespec="minutes")
        known = await run_in_threadpool(
            self._backend.give_verdict, query["alert"], query["verdict"], receiver, "link", receiver, click
        )
        if not known:
            return _page("Unknown alert", "<p>This alert is no longer known here.</p>", 404)
        word = VERDICTS[query["verdict"]]
        return _page(
            "Thank you", f"<p>Noted: <strong>{word}</strong>. It shows below the alert in a moment.</p>"
        )

    async def slack(self, request: Request) -> Response:
        if self._secrets.slack_signing is None:
            return PlainTextResponse("interactivity is off: set STANCEWATCH_SLACK_SIGNING_SECRET", 404)
        body = await _bounded_body(request)
        if body is None:
            return PlainTextResponse("too large", 413)
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        now_seconds = self._backend.now().timestamp()
        if not is_from_slack(self._secrets.slack_signing, timestamp, body, signature, now_seconds):
            return PlainTextResponse("wrong signature", 401)
        for alert_id, word, user, click in verdict_clicks(body):
            await run_in_threadpool(self._backend.give_verdict, alert_id, word, user, "slack", None, click)
        return Response(status_code=200)

    async def atom(self, request: Request) -> Response:
        name = request.path_params["name"]
        entries = await run_in_threadpool(self._backend.feed, name)
        if entries is None:
            return PlainTextResponse("there is no such feed", 404)
        body = atom(entries, name, str(request.url))
        return Response(
            body, media_type="application/atom+xml", headers={"X-Content-Type-Options": "nosniff"}
        )

    async def json_feed(self, request: Request) -> Response:
        name = request.path_params["name"]
        entries = await run_in_threadpool(self._backend.feed, name)
        if entries is None:
            return PlainTextResponse("there is no such feed", 404)
        content = json.dumps(json_feed(entries, name, str(request.url)), ensure_ascii=False)
        return Response(
            content, media_type="application/feed+json", headers={"X-Content-Type-Options": "nosniff"}
        )

    async def error_rate(self, request: Request) -> Response:  # noqa: ARG002 - the framework hands it in
        return JSONResponse(await run_in_threadpool(self._backend.error_report))

    def _link_refusal(self, query: dict[str, str]) -> Response | None:
        if self._secrets.link is None:
            return PlainTextResponse("verdict links are off: set STANCEWATCH_ALERTING_LINK_SECRET", 404)
        given = [query.get(name, "") for name in ("alert", "verdict", "receiver", "signature")]
        if given[1] not in WORDS or not is_our_link(self._secrets.link, *given):
            return _page(
                "Wrong link", "<p>This link is not one of ours, or was cut short on its way.</p>", 403
            )
        return None


def verdict_clicks(body: bytes) -> list[tuple[str, str, str, str]]:
    """(alert id, verdict, Slack user, click id) of each verdict button in an interactivity request."""
    try:
        payload = json.loads(parse_qs(body.decode())["payload"][0])
        user = str(payload["user"]["id"])
        actions = [each for each in payload["actions"] if isinstance(each, dict)]
    except (KeyError, IndexError, ValueError, TypeError):
        return []
    clicks = []
    for action in actions:
        word = str(action.get("action_id", "")).removeprefix(f"{VERDICT_ACTION}_")
        if word in WORDS and isinstance(action.get("value"), str) and user:
            clicks.append((action["value"], word, user, str(action.get("action_ts", ""))))
    return clicks


async def _bounded_body(request: Request) -> bytes | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY_BYTES:
            return None
    return body


def _ask(view: AlertView, query: dict[str, str]) -> Response:
    head = view.head
    fields = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(query[name])}">'
        for name in ("alert", "verdict", "receiver", "signature")
    )
    who, issue = html.escape(plain(head.actor.name)), html.escape(plain(head.issue.name))
    old, new = html.escape(plain(view.from_.quote)), html.escape(plain(view.now.quote))
    return _page(
        f"{VERDICTS[query['verdict']]}?",
        f"<p><strong>{who}</strong> on {issue}</p><p>Before</p><blockquote>{old}</blockquote>"
        f'<p>Now</p><blockquote>{new}</blockquote><form method="post" action="verdict">{fields}'
        f"<button>Yes: {VERDICTS[query['verdict']].lower()}</button></form>",
    )


def _page(title: str, body: str, status: int = 200) -> Response:
    style = (
        "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem}"
        "button{font:inherit;padding:.6rem 1.2rem}blockquote{margin:0 0 1rem;padding-left:1rem;border-left:4px solid}"
    )
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{style}</style></head>'
        f"<body><main><h1>{title}</h1>{body}</main></body></html>",
        status,
        headers=HEADERS,
    )
