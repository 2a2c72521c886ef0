"""One polite GET: follows redirects by hand, and on each hop waits for its turn and keeps its host's manners."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from urllib3 import ProxyManager

from fetcher.guard import AddressGuard
from fetcher.headers import conditional_headers
from fetcher.identity import host_of
from fetcher.outcomes import (
    Failed,
    Fetched,
    HandedBack,
    Hop,
    NotModified,
    Outcome,
    Refusal,
    Refused,
    Throttled,
)
from fetcher.request import Limits, Requests
from fetcher.turns import HostTurns, NoTurn


class Manners(Protocol):
    """What a host asks of its guests."""

    def why_not(self, url: str) -> Refused | None:
        """Why `url` may not be asked; None if it may. May ask the host itself."""

    def pause_seconds(self, url: str) -> float:
        """How long its host wants to be left alone after a request."""


class Fetch(Protocol):
    """One GET. Never raises: every ending is an Outcome. `manners` hold on each hop.

    `past` are the hops that led here, when a request goes on. Where a host is not free, a request waits, or with
    `hands_back` ends as HandedBack.
    """

    def __call__(
        self,
        url: str,
        etag: str | None = None,
        last_modified: str | None = None,
        manners: Manners | None = None,
        past: tuple[Hop, ...] = (),
        hands_back: bool = False,
    ) -> Outcome: ...


def _after(hops: list[Hop], outcome: Outcome) -> Outcome:
    """A refusal with the redirect that led to it: the address that was asked for may be a good one."""
    if hops and isinstance(outcome, Refused):
        return Refused(outcome.reason, f"redirected to {hops[-1].url[:200]}: {outcome.detail}")
    return outcome


class HttpFetcher:
    """Fetches over HTTP(S) with the guard of `guard`. Safe to use from several threads.

    Without `turns` of its own there is no pause between two requests to one host.
    """

    def __init__(
        self,
        guard: AddressGuard,
        contact: str | None,
        limits: Limits | None = None,
        proxy: ProxyManager | None = None,
        turns: HostTurns | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._guard = guard
        self._turns = turns or HostTurns()
        self._request = Requests(guard, contact, self._limits, proxy)

    def __call__(
        self,
        url: str,
        etag: str | None = None,
        last_modified: str | None = None,
        manners: Manners | None = None,
        past: tuple[Hop, ...] = (),
        hands_back: bool = False,
    ) -> Outcome:
        hops = list(past)
        seen = {url, *(hop.url for hop in past)}
        url = hops[-1].url if hops else url
        conditions = conditional_headers(etag, last_modified)
        seconds_left = self._limits.total_seconds
        while True:
            answer, seconds = self._hop(url, conditions, seconds_left, manners, hands_back)
            if isinstance(answer, Fetched | NotModified | HandedBack):
                return replace(answer, hops=tuple(hops))
            if not isinstance(answer, Hop):
                return _after(hops, answer)
            hops.append(answer)
            url, seconds_left = answer.url, seconds_left - seconds
            if len(hops) > self._limits.redirects:
                return Refused(Refusal.TOO_MANY_REDIRECTS, f"more than {self._limits.redirects} redirects")
            if url in seen:
                return Refused(Refusal.REDIRECT_LOOP, f"redirects lead back to {url[:200]}")
            seen.add(url)

    def use(self, allow_internal: Iterable[str], contact: str | None) -> None:
        """Take other settings, without a restart."""
        self._request.use(allow_internal, contact)

    def close(self) -> None:
        """Close all connections; whoever waits for a turn waits no longer."""
        self._turns.close()
        self._request.close()

    def _hop(
        self,
        url: str,
        conditions: dict[str, str],
        seconds_left: float,
        manners: Manners | None,
        hands_back: bool,
    ) -> tuple[Outcome | Hop, float]:
        """What came of one request, and how long it took, the wait for its turn not counted."""
        turns, host = self._turns, host_of(url)
        try:
            if manners is not None:
                if hands_back:
                    # Manners may have to be asked for: only where it is our turn.
                    turns.look(host)
                refused = manners.why_not(url)
                if refused is not None:
                    return refused, 0.0
            pause = manners.pause_seconds(url) if manners is not None else 0.0
            with turns.turn(host, pause, waits=not hands_back):
                began = time.monotonic()
                answer = self._request(url, conditions, began + seconds_left)
                if isinstance(answer, Throttled) and answer.retry_after is not None:
                    # It holds for all that we would ask of this host.
                    turns.rest(host, answer.retry_after.total_seconds(), answer.status)
                return answer, time.monotonic() - began
        except NoTurn as no_turn:
            busy = no_turn.outcome
            if hands_back and isinstance(busy, Failed):
                busy = HandedBack(busy.detail)
            return busy, 0.0
