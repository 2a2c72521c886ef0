import pytest
from fetcher.fetch import HttpFetcher
from fetcher.guard import AddressGuard
from fetcher.parse_pool import ParsePool
from fetcher.parse_process import ParseLimits
from fetcher.request import Limits

from tests.component.fetcher.misbehaving import misbehaving_server

# Generous, as a busy machine may be slow; only tests of slowness itself use the hasty ones.
LIMITS = Limits(body_bytes=1_000_000, total_seconds=20.0)
HASTY = Limits(body_bytes=1_000_000, total_seconds=1.5, connect_seconds=1.0, read_seconds=1.0)


@pytest.fixture
def server():
    with misbehaving_server() as running:
        yield running


@pytest.fixture
def fetch_in_turns():
    """A fetcher that may read loopback, with the given turns."""
    made = []

    def make(turns=None):
        guard = AddressGuard(["127.0.0.0/8"])
        made.append(HttpFetcher(guard, "desk@example.org", LIMITS, turns=turns))
        return made[-1]

    yield make
    for fetcher in made:
        fetcher.close()


@pytest.fixture
def fetch(fetch_in_turns):
    """A fetcher that may read loopback, without pauses."""
    return fetch_in_turns()


@pytest.fixture
def hasty():
    """As fetch, but out of patience after 1.5 s."""
    fetcher = HttpFetcher(AddressGuard(["127.0.0.0/8"]), "desk@example.org", HASTY)
    yield fetcher
    fetcher.close()


@pytest.fixture(scope="module")
def parse():
    pool = ParsePool(1, ParseLimits(seconds=2.0))
    yield pool
    pool.close()
