"""One guarded GET within limits, without redirects: whatever happens is an outcome."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from urllib3 import ProxyManager, Timeout
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.response import BaseHTTPResponse

from fetcher.body import BodyRefused, read_body
from fetcher.connection import Connections
from fetcher.failures import in_words
from fetcher.guard import AddressGuard, ForbiddenAddress
from fetcher.headers import retry_after, user_agent
from fetcher.identity import BadUrl, absolute_url
from fetcher.outcomes import Failed, Fetched, Gone, Hop, NotModified, Outcome, Refusal, Refused, Throttled

REDIRECTS = frozenset({301, 302, 303, 307, 308})
CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True)
class Limits:
    """What one request may cost."""

    body_bytes: int = 5_000_000
    redirects: int = 5
    total_seconds: float = 30.0
    connect_seconds: float = 10.0
    read_seconds: float = 15.0


class Requests:
    """Sends requests with the guard of `guard`. Safe to use from several threads.

    No cookie is kept, no proxy variable of the environment is read, no credential is sent, and nothing is cached.
    """

    def __init__(
        self, guard: AddressGuard, contact: str | None, limits: Limits, proxy: ProxyManager | None
    ) -> None:
        self._limits = limits
        self._guard = guard
        self._has_proxy = proxy is not None
        self._pool = Connections(guard.addresses, proxy)
        self._headers = {
            "User-Agent": user_agent(contact),
            "Accept": "application/atom+xml, application/rss+xml, application/feed+json, text/html;q=0.9, */*;q=0.5",
            "Accept-Encoding": "gzip, deflate",
        }

    def __call__(self, url: str, conditions: dict[str, str], deadline: float) -> Outcome | Hop:
        """What came of asking `url` by `deadline` (monotonic seconds); a redirect comes as the Hop that it asks for."""
        try:
            with self._pool.deadline(deadline):
                answer = self._answer(url, conditions, deadline)
            # A connection that was shut in the middle of the head looks like a short but whole answer.
            return answer if time.monotonic() < deadline else self._too_slow()
        except BodyRefused as refused:
            return Refused(refused.reason, refused.detail)
        except BadUrl as error:
            return Refused(Refusal.BAD_URL, str(error))
        except LocationParseError:
            return Refused(Refusal.BAD_URL, "the address names no host that there could be")
        except ForbiddenAddress as error:
            return Refused(Refusal.ADDRESS_FORBIDDEN, str(error))
        except (HTTPError, OSError, ValueError) as error:
            # http.client and urllib3 raise ValueError and its kin on malformed heads.
            if time.monotonic() >= deadline:
                return self._too_slow()
            return Failed(in_words(error))

    def _answer(self, url: str, conditions: dict[str, str], deadline: float) -> Outcome | Hop:
        response = self._get(url, conditions)
        try:
            if response.status not in REDIRECTS:
                return self._outcome(response, url, deadline)
            location = response.headers.get("Location")
            if not location:
                return Failed("a redirect without a Location", response.status)
            return Hop(response.status, absolute_url(url, location))
        finally:
            # Bodies of redirects and errors are never read: the connection cannot be used again.
            response.close()

    def use(self, allow_internal: Iterable[str], contact: str | None) -> None:
        """Take other settings, without a restart."""
        self._guard.allow_only(allow_internal)
        self._headers = {**self._headers, "User-Agent": user_agent(contact)}
        # A connection that is kept open was judged by the old list.
        self._pool.clear()

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def _get(self, url: str, conditions: dict[str, str]) -> Any:
        try:
            return self._send(url, conditions)
        except HTTPError as error:
            if not self._pool.was_closed_while_idle(error):
                raise
            # The broken connection has left the pool: this one is new, and fails for good if it fails.
            return self._send(url, conditions)

    def _send(self, url: str, conditions: dict[str, str]) -> Any:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return self._pool.request(
            url,
            self._has_proxy and self._guard.is_for_proxy(parts.hostname or "", port),
            headers={**self._headers, **conditions},
            timeout=Timeout(connect=self._limits.connect_seconds, read=self._limits.read_seconds),
        )

    def _outcome(self, response: BaseHTTPResponse, url: str, deadline: float) -> Outcome:
        headers = {name.lower(): value for name, value in response.headers.items()}
        match response.status:
            case 304:
                return NotModified(headers)
            case 410:
                return Gone()
            case 429 | 503:
                return Throttled(response.status, retry_after(headers.get("retry-after"), datetime.now(UTC)))
            case 200 | 203:
                encoding = headers.get("content-encoding", "")
                chunks = _chunks(response, deadline, self._limits.total_seconds)
                body, wire = read_body(chunks, encoding, self._limits.body_bytes)
                response.release_conn()
                return Fetched(url, response.status, headers, body, wire_bytes=wire)
            case 407:
                return Failed(
                    "the egress proxy wants other credentials (407): see STANCEWATCH_FETCH_PROXY", 407
                )
            case status if status >= 500:
                return Failed(f"the server answers {status}", status)
            case status:
                return Refused(Refusal.HTTP_ERROR, f"the server answers {status}")

    def _too_slow(self) -> Refused:
        return Refused(Refusal.TOO_SLOW, f"no complete answer in {self._limits.total_seconds:g} s")


def _chunks(response: BaseHTTPResponse, deadline: float, total_seconds: float) -> Iterator[bytes]:
    for chunk in response.stream(CHUNK_BYTES, decode_content=False):
        if time.monotonic() >= deadline:
            raise BodyRefused(Refusal.TOO_SLOW, f"no complete answer in {total_seconds:g} s")
        yield chunk
