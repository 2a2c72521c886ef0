"""robots.txt (RFC 9309), read by protego, kept per host for a day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from fetcher.fetch import Fetch
from fetcher.outcomes import Failed, Fetched, Gone, Outcome, Refusal, Refused

KEPT_FOR = timedelta(hours=24)
# An unreachable robots.txt forbids everything: ask again soon.
KEPT_FOR_WHEN_UNREACHABLE = timedelta(minutes=30)
MAX_BYTES = 500 * 1024
MAX_CRAWL_DELAY = timedelta(seconds=60)
NAME = "Stancewatch"
# Aggregators lead to ever new hosts: above this many, expired rules are dropped.
MAX_HOSTS = 10_000


@dataclass(frozen=True)
class Rules:
    """What one host's robots.txt says."""

    is_allowed: Callable[[str], bool]
    crawl_delay: timedelta | None
    reason: str
    expires: datetime


def rules_from(outcome: Outcome, now: datetime) -> Rules:
    """RFC 9309 2.3.1: a missing file (4xx) allows all, an unreachable one (5xx, network) forbids all."""
    match outcome:
        case Fetched(body=body):
            # Servers that answer every address with a page mean "there is none".
            if body.lstrip()[:1] == b"<":
                return Rules(_always, None, "there is no robots.txt", now + KEPT_FOR)
            parsed = Protego.parse(body[:MAX_BYTES].decode("utf-8", "replace"))
            delay = parsed.crawl_delay(NAME)
            seconds = min(float(delay), MAX_CRAWL_DELAY.total_seconds()) if delay else None
            crawl_delay = timedelta(seconds=seconds) if seconds else None
            return Rules(
                lambda url: bool(parsed.can_fetch(url, NAME)),
                crawl_delay,
                "robots.txt forbids it",
                now + KEPT_FOR,
            )
        case Gone() | Refused(reason=Refusal.HTTP_ERROR):
            return Rules(_always, None, "there is no robots.txt", now + KEPT_FOR)
        case Refused(reason=Refusal.TOO_MANY_REDIRECTS | Refusal.REDIRECT_LOOP):
            return Rules(_always, None, "robots.txt is redirected without end", now + KEPT_FOR)
        case Failed(detail=detail) | Refused(detail=detail):
            why = f"robots.txt cannot be read ({detail}), which forbids all (RFC 9309)"
            return Rules(_never, None, why, now + KEPT_FOR_WHEN_UNREACHABLE)
        case _:
            why = "robots.txt cannot be read now, which forbids all (RFC 9309)"
            return Rules(_never, None, why, now + KEPT_FOR_WHEN_UNREACHABLE)


class RobotsCache:
    """Rules of the hosts that were asked: the manners of reading pages. Safe to use from several threads.

    Two that ask for a host's rules at once may both fetch them, one after the other.
    """

    def __init__(self, fetch: Fetch, now: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._now = now
        self._rules: dict[str, Rules] = {}

    def why_not(self, url: str) -> Refused | None:
        """Why `url` may not be read; None if it may."""
        rules = self.rules(url)
        return None if rules.is_allowed(url) else Refused(Refusal.ROBOTS, rules.reason)

    def pause_seconds(self, url: str) -> float:
        """The crawl delay of its host, as far as that is known."""
        known = self._rules.get(_origin(url))
        return known.crawl_delay.total_seconds() if known and known.crawl_delay else 0.0

    def rules(self, url: str) -> Rules:
        """Rules for the host of `url`, fetched when not known or expired."""
        origin = _origin(url)
        known = self._rules.get(origin)
        now = self._now()
        if known is None or known.expires <= now:
            if len(self._rules) >= MAX_HOSTS:
                self._rules = {host: kept for host, kept in self._rules.items() if kept.expires > now}
            known = self._rules[origin] = rules_from(self._fetch(f"{origin}/robots.txt"), now)
        return known


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _always(_url: str) -> bool:
    return True


def _never(_url: str) -> bool:
    return False
