"""What the `stancewatch sources` verbs read the network with: the service's own parts, without Kafka."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stancewatch_shared.clock import SystemClock
from stancewatch_shared.errors import UserError

from fetcher.fetch import HttpFetcher
from fetcher.guard import AddressGuard
from fetcher.parse_pool import ParsePool
from fetcher.reading import Reader
from fetcher.robots import RobotsCache


@contextmanager
def reader(contact: str | None, allow_internal: tuple[str, ...]) -> Iterator[Reader]:
    """A Reader like the service's. UserError when a network in `allow_internal` is none."""
    try:
        guard = AddressGuard(allow_internal)
    except Exception as error:
        raise UserError(f"--allow-internal: {error}; write it as 10.1.2.0/24 or 127.0.0.1/32") from None
    fetch, parse = HttpFetcher(guard, contact), ParsePool()
    try:
        yield Reader(fetch, parse, RobotsCache(fetch, SystemClock().now))
    finally:
        fetch.close()
        parse.close()
