"""What the `stancewatch sources` verbs read the network with: the service's own parts and settings, without Kafka."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from ipaddress import ip_network

from stancewatch_shared.clock import SystemClock
from stancewatch_shared.errors import UserError
from stancewatch_shared.settings import load_settings

from fetcher.parse_pool import ParsePool
from fetcher.reading import Reader
from fetcher.robots import MAX_CRAWL_DELAY, RobotsCache
from fetcher.settings import FetcherSettings
from fetcher.sources import Catalogue
from fetcher.turns import HostTurns

# Nobody else waits: any crawl delay is waited out.
PATIENCE_SECONDS = MAX_CRAWL_DELAY.total_seconds() + 30


@contextmanager
def reader(
    allow_internal: Iterable[str], catalogue: Catalogue | None, starts_parser: bool = False
) -> Iterator[Reader]:
    """A Reader like the service's, with the contact and the networks of `catalogue` where there is one.

    UserError when a network in `allow_internal` is none.

    `starts_parser` starts the parser at once, so that its start does not count in times that are told.
    """
    for network in allow_internal:
        try:
            ip_network(network)
        except ValueError as error:
            reason = f"--allow-internal: {error}; write it as 10.1.2.0/24 or 127.0.0.1/32"
            raise UserError(reason) from None
    settings = load_settings(FetcherSettings)
    contact = catalogue.contact if catalogue else None
    allowed = [*allow_internal, *(catalogue.allow_internal if catalogue else ())]
    turns = HostTurns(settings.host_gap_seconds, PATIENCE_SECONDS)
    fetch = settings.make_fetch(contact, allowed, turns)
    parse = ParsePool(1, settings.parse_limits)
    robots = RobotsCache(fetch, SystemClock().now)
    try:
        if starts_parser:
            parse.warm_up()
        yield Reader(fetch, parse, robots)
    finally:
        fetch.close()
        parse.close()
