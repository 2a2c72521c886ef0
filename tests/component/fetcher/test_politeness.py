"""One request at a time and a pause between two hold for every host on the way, wherever a redirect leads.

Each port of the loopback is a host of its own here.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from fetcher.documents import Entry
from fetcher.outcomes import Failed, Fetched, HandedBack, Refusal, Throttled
from fetcher.reading import PageTask, PollTask, Reader
from fetcher.robots import RobotsCache
from fetcher.source_models import Source
from fetcher.turns import HostTurns

from tests.component.fetcher.misbehaving import misbehaving_server

pytestmark = pytest.mark.timeout(120)
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
GAP_SECONDS = 0.4
LONG = 60
PAGE = b"<html><body><article>" + b"<p>The mayor told the council that she supports the ferry.</p>" * 9


@pytest.fixture
def other():
    with misbehaving_server() as running:
        yield running


class Record:
    """When each request to a server came and went, and whether two met."""

    def __init__(self, seconds=0.0):
        self.seconds, self.spans, self.most, self._now = seconds, [], 0, 0
        self._lock = threading.Lock()

    def script(self, answer):
        def script(visit):
            began = time.monotonic()
            with self._lock:
                self._now += 1
                self.most = max(self.most, self._now)
            visit.stop.wait(self.seconds)
            with self._lock:
                self._now -= 1
            self.spans.append((began, time.monotonic()))
            answer(visit)

        return script

    def gaps(self):
        spans = sorted(self.spans)
        return [later[0] - earlier[1] for earlier, later in pairwise(spans)]


def redirect(target, status=302):
    return lambda visit: visit.answer(status, Location=target)


def ok(visit):
    visit.answer(200, b"here")


def test_a_host_that_many_redirect_to_is_asked_by_one_at_a_time(server, other, fetch_in_turns):
    fetch, record = fetch_in_turns(HostTurns()), Record(seconds=0.1)
    other.script("/here", record.script(ok))
    with ThreadPoolExecutor(4) as threads, misbehaving_server() as third, misbehaving_server() as fourth:
        urls = [s.script("/", redirect(other.url("/here"))) for s in (server, third, fourth)]
        outcomes = list(threads.map(fetch, [*urls, other.url("/here")]))
    assert [type(outcome) for outcome in outcomes] == [Fetched] * 4
    assert record.most == 1


def test_a_host_that_is_redirected_to_has_its_pause(server, other, fetch_in_turns):
    fetch, record = fetch_in_turns(HostTurns(GAP_SECONDS)), Record()
    other.script("/here", record.script(ok))
    fetch(other.url("/here"))
    assert isinstance(fetch(server.script("/", redirect(other.url("/here")))), Fetched)
    assert min(record.gaps()) > GAP_SECONDS * 0.9


def test_a_redirect_within_a_host_keeps_its_pause_too(server, fetch_in_turns):
    fetch, record = fetch_in_turns(HostTurns(GAP_SECONDS)), Record()
    server.script("/new", record.script(ok))
    server.script("/old", record.script(redirect("/new")))
    assert isinstance(fetch(server.url("/old")), Fetched)
    assert min(record.gaps()) > GAP_SECONDS * 0.9


def test_hosts_that_redirect_to_each_other_in_a_circle_keep_nobody_waiting(server, other, fetch_in_turns):
    fetch = fetch_in_turns(HostTurns(0.05))
    with misbehaving_server() as third:
        ring = [server, other, third]
        for here, there in zip(ring, [*ring[1:], ring[0]], strict=True):
            here.script("/", redirect(there.url("/")))
        with ThreadPoolExecutor(6) as threads:
            running = [threads.submit(fetch, s.url("/")) for s in ring for _ in range(2)]
            outcomes = [each.result(LONG) for each in running]
    assert {outcome.reason for outcome in outcomes} == {Refusal.REDIRECT_LOOP}


def test_a_host_that_is_never_free_ends_the_wait(server, other, fetch_in_turns):
    turns = HostTurns(patience_seconds=0.1)
    fetch = fetch_in_turns(turns)
    with turns.turn(f"127.0.0.1:{other.port}"):
        outcome = fetch(server.script("/", redirect(other.url("/here"))))
    assert isinstance(outcome, Failed)
    assert f"127.0.0.1:{other.port} is busy" in outcome.detail
    assert other.visits == []


def test_a_host_that_asked_for_a_wait_is_not_asked_through_a_redirect(server, other, fetch_in_turns):
    fetch = fetch_in_turns(HostTurns())
    other.script("/feed", lambda visit: visit.answer(429, Retry_After="7200"))
    fetch(other.url("/feed"))
    outcome = fetch(server.script("/", redirect(other.url("/feed"))))
    assert isinstance(outcome, Throttled)
    assert outcome.retry_after > timedelta(minutes=119)
    assert len(other.visits) == 1


def test_the_wait_is_kept_by_the_host_that_asked_for_it(server, other, fetch_in_turns):
    turns = HostTurns()
    fetch = fetch_in_turns(turns)
    other.script("/feed", lambda visit: visit.answer(429, Retry_After="7200"))
    fetch(server.script("/", redirect(other.url("/feed"))))
    assert turns.free_at(f"127.0.0.1:{other.port}") > time.monotonic() + 7000
    assert turns.free_at(f"127.0.0.1:{server.port}") < time.monotonic() + 1


class TestHandingBack:
    """The fetcher's threads never wait for a host: a request goes on in the lane of the host that it has come to."""

    @pytest.fixture
    def turns(self):
        return HostTurns()

    @pytest.fixture
    def reader(self, fetch_in_turns, parse, turns):
        fetch = fetch_in_turns(turns)
        return Reader(fetch, parse, RobotsCache(fetch, lambda: NOW), hands_back=True)

    @pytest.fixture
    def link(self, server, other):
        """An article's link on `other`, that leads to its page on `server`."""
        server.serve("/1", PAGE)
        return other.script("/count", redirect(server.url("/1")))

    def test_a_page_on_a_busy_host_is_gone_on_with_later(self, server, other, reader, turns, link):
        task = PageTask(Source(id="s", url=link), Entry(guid="1", link=link))
        with turns.turn(f"127.0.0.1:{server.port}"):
            outcome = reader.read_page(task).outcome
        assert isinstance(outcome, HandedBack)
        # Not even its robots.txt was asked for.
        assert server.visits == []
        assert other.paths() == ["/robots.txt", "/count"]
        later = PageTask(task.source, task.entry, hops=outcome.hops)
        assert later.host == f"127.0.0.1:{server.port}"
        result = reader.read_page(later)
        assert result.page is not None
        assert [hop.url for hop in result.outcome.hops] == [server.url("/1")]
        # The first host is not asked again.
        assert other.paths() == ["/robots.txt", "/count"]

    def test_a_feed_is_gone_on_with_by_its_etag(self, server, other, reader, turns):
        server.script("/feed", lambda visit: visit.answer(304))
        url = other.script("/", redirect(server.url("/feed"), 301))
        task = PollTask(Source(id="s", url=url), url, '"v1"')
        with turns.turn(f"127.0.0.1:{server.port}"):
            outcome = reader.poll(task).outcome
        assert isinstance(outcome, HandedBack)
        result = reader.poll(PollTask(task.source, url, '"v1"', hops=outcome.hops))
        assert server.visits[0].headers["if-none-match"] == '"v1"'
        assert [hop.is_permanent for hop in result.outcome.hops] == [True]

    def test_a_loop_is_noticed_across_the_hand_over(self, server, other, reader, turns):
        url = other.script("/", redirect(server.url("/")))
        server.script("/", redirect(url))
        task = PollTask(Source(id="s", url=url), url)
        with turns.turn(f"127.0.0.1:{server.port}"):
            hops = reader.poll(task).outcome.hops
        assert reader.poll(PollTask(task.source, url, hops=hops)).outcome.reason is Refusal.REDIRECT_LOOP

    def test_the_crawl_delay_of_each_host_on_the_way_is_kept(self, server, other, reader, turns, link):
        other.serve("/robots.txt", b"User-agent: *\nCrawl-delay: 7")
        server.serve("/robots.txt", b"User-agent: *\nCrawl-delay: 9")
        assert reader.read_page(PageTask(Source(id="s", url=link), Entry(guid="1", link=link))).page
        for port, delay in ((other.port, 7), (server.port, 9)):
            rest = turns.free_at(f"127.0.0.1:{port}") - time.monotonic()
            assert 0 < rest <= delay
