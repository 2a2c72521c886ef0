"""Whose turn it is to ask a host: one request at a time, with a pause between two, on each hop of a redirect too.

A turn lasts one request and is given back before the next one is waited for, also within a redirect: so hosts that
redirect to each other in a circle cannot keep each other waiting.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from fetcher.outcomes import Failed, Throttled

# What a server asks for beyond this is no pause but a schedule.
LONGEST_PAUSE_SECONDS = 60.0


class NoTurn(Exception):  # noqa: N818 - what came of waiting
    """The host may not be asked now; `outcome` says why."""

    def __init__(self, outcome: Throttled | Failed) -> None:
        super().__init__(outcome)
        self.outcome = outcome


@dataclass
class _Host:
    is_busy: bool = False
    free_at: float = 0.0
    # The status of the answer that asked for the wait, if one did.
    asked_by_status: int | None = None
    queue: list[object] = field(default_factory=list)

    def is_free(self, now: float) -> bool:
        return not self.is_busy and not self.queue and self.free_at <= now


class HostTurns:
    """Turns by host, first come, first served. Safe to use from several threads. Times are monotonic seconds.

    `patience_seconds` is how long a turn is waited for, the usual gap not counted.
    """

    def __init__(
        self,
        gap_seconds: float = 0.0,
        patience_seconds: float = 30.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gap_seconds = gap_seconds
        self._patience_seconds = patience_seconds
        self._monotonic = monotonic
        self._hosts: dict[str, _Host] = {}
        self._changed = threading.Condition()
        self._is_closed = False

    @contextmanager
    def turn(self, host: str, pause_seconds: float = 0.0, waits: bool = True) -> Iterator[None]:
        """Hold the host for one request, and let it rest afterwards for the gap, or for `pause_seconds` if longer.

        Raises NoTurn when it is not free: at once, or if `waits` when patience has ended.
        """
        self._take(host, self._patience_seconds + self._gap_seconds if waits else 0.0)
        try:
            yield
        finally:
            self._give_back(host, max(self._gap_seconds, pause_seconds))

    def free_at(self, host: str) -> float | None:
        """From when the host may be asked; None while it is being asked."""
        with self._changed:
            known = self._hosts.get(host, _Host())
            return None if known.is_busy or known.queue else known.free_at

    def look(self, host: str) -> None:
        """Raise NoTurn unless the host may be asked right now."""
        with self._changed:
            known, now = self._hosts.get(host, _Host()), self._monotonic()
            if not known.is_free(now):
                raise _no_turn(host, known, now)

    def rest(self, host: str, seconds: float, status: int) -> None:
        """Ask nothing of the host for so long: its answer of `status` says so."""
        with self._changed:
            known, until = self._hosts.setdefault(host, _Host()), self._monotonic() + seconds
            if until > known.free_at:
                known.free_at, known.asked_by_status = until, status

    def sweep(self) -> None:
        """Forget hosts of which there is nothing to respect any more."""
        with self._changed:
            now = self._monotonic()
            self._hosts = {name: host for name, host in self._hosts.items() if not host.is_free(now)}

    def close(self) -> None:
        """Nobody waits any longer."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _take(self, name: str, patience_seconds: float) -> None:
        ticket = object()
        with self._changed:
            host = self._hosts.setdefault(name, _Host())
            host.queue.append(ticket)
            try:
                self._wait(name, host, ticket, self._monotonic() + patience_seconds)
                host.is_busy = True
            finally:
                host.queue.remove(ticket)
                self._changed.notify_all()

    def _wait(self, name: str, host: _Host, ticket: object, deadline: float) -> None:
        while True:
            now = self._monotonic()
            is_next = not host.is_busy and host.queue[0] is ticket
            if is_next and host.free_at <= now:
                return
            out_of_patience = now >= deadline or self._is_closed
            if out_of_patience or _is_scheduled(host, now):
                raise _no_turn(name, host, now)
            # A pause ends by itself; all else ends with a notice.
            self._changed.wait(min(deadline, host.free_at if is_next else deadline) - now)

    def _give_back(self, name: str, pause_seconds: float) -> None:
        with self._changed:
            host, until = self._hosts[name], self._monotonic() + pause_seconds
            host.is_busy = False
            if until > host.free_at:
                host.free_at, host.asked_by_status = until, None
            self._changed.notify_all()


def _is_scheduled(host: _Host, now: float) -> bool:
    return host.asked_by_status is not None and host.free_at - now > LONGEST_PAUSE_SECONDS


def _no_turn(name: str, host: _Host, now: float) -> NoTurn:
    if host.asked_by_status is not None and _is_scheduled(host, now):
        return NoTurn(Throttled(host.asked_by_status, timedelta(seconds=host.free_at - now)))
    return NoTurn(Failed(f"{name} is busy with other requests of ours: it is asked again later"))
