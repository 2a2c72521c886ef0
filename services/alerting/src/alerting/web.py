"""The public port: verdict links, Slack's buttons, feeds and the live error rate. Knows no metrics."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import parse_qs

from stancewatch_shared.errors import Transient
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from alerting import verdict_page
from alerting.feeds import FeedEntry, atom, json_feed
from alerting.signatures import is_from_slack, is_our_link
from alerting.slack_clicks import verdict_clicks
from alerting.verdict_page import LINK_FIELDS
from alerting.verdicts import WORDS
from alerting.view import AlertView

MOST_BODY_BYTES = 262_144
VERDICT_SECONDS = 2.5  # Slack gives an answer to a click 3 seconds


class NotKept(Transient):
    """The verdict could not be written in time; it may be tried again."""


class Backend(Protocol):
    """What the pages need. All calls may block; they run outside the event loop."""

    def view(self, alert_id: str) -> AlertView | None: ...

    def give_verdict(
        self, alert_id: str, word: str, by: str, via: str, receiver: str | None, click: str
    ) -> bool:
        """Returns once the verdict is safe; False when there is no such alert. Raises NotKept."""
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
        return verdict_page.unknown() if view is None else verdict_page.ask(view, query)

    async def judge(self, request: Request) -> Response:
        body = await _bounded_body(request)
        if body is None:
            return PlainTextResponse("too large", 413)
        query = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
        refusal = self._link_refusal(query)
        if refusal is not None:
            return refusal
        alert_id, verdict, receiver = query["alert"], query["verdict"], query["receiver"]
        click = self._backend.now().isoformat(timespec="minutes")
        try:
            known = await self._give(alert_id, verdict, receiver, "link", receiver, click)
        except NotKept:
            return verdict_page.not_kept()
        return verdict_page.noted(verdict) if known else verdict_page.unknown()

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
        try:
            for alert_id, word, user, click in verdict_clicks(body):
                await self._give(alert_id, word, user, "slack", None, click)
        except NotKept:
            return PlainTextResponse("the verdict could not be kept: try again", 503)
        return Response(status_code=200)

    async def _give(
        self, alert_id: str, word: str, by: str, via: str, receiver: str | None, click: str
    ) -> bool:
        """Raises NotKept when it takes too long, whatever it hangs on. Kept after all and given again, it counts once."""
        give = run_in_threadpool(self._backend.give_verdict, alert_id, word, by, via, receiver, click)
        try:
            return await asyncio.wait_for(asyncio.shield(give), VERDICT_SECONDS)
        except TimeoutError:
            raise NotKept("Kafka does not answer") from None

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
        given = [query.get(name, "") for name in LINK_FIELDS]
        if query.get("verdict") not in WORDS or not is_our_link(self._secrets.link, *given):
            return verdict_page.not_ours()
        if self._backend.now().astimezone(UTC).date().isoformat() > query["until"]:
            return verdict_page.expired(query["until"])
        return None


async def _bounded_body(request: Request) -> bytes | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY_BYTES:
            return None
    return body
