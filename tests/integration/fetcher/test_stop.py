"""SIGTERM: what was fetched is sent, and the process is gone within ten seconds, whatever the servers do meanwhile."""

from __future__ import annotations

import contextlib
import time

import pytest

from tests.component.fetcher.misbehaving import misbehaving_server
from tests.integration.fetcher.feeds import conditional, feed, serve_long_poll, write_sources
from tests.integration.fetcher.service import Service, read_articles, wait_for

pytestmark = [pytest.mark.integration, pytest.mark.timeout(500)]
STOPS_WITHIN_SECONDS = 10


@pytest.fixture(autouse=True)
def nothing_left_behind():
    yield
    Service.end_all()


def seconds_to_stop(service):
    """From SIGTERM to the end, which must be in order."""
    began = time.monotonic()
    assert service.stop() == 0, service.log.read_text()[-2000:]
    return time.monotonic() - began


def test_servers_that_never_answer_do_not_hold_it_up(tmp_path, kafka, kafka_environment):
    with contextlib.ExitStack() as stack:
        good, dripping, *silent = (stack.enter_context(misbehaving_server()) for _ in range(5))
        for server in silent:
            server.script("/feed", lambda visit: visit.stop.wait(300))
        dripping.script("/feed", lambda visit: visit.drip(b"HTTP/1.1 200 OK\r\n" * 50, 0.3))
        good.script("/feed", conditional(feed(1), '"v1"'))
        servers = [good, dripping, *silent]
        write_sources(tmp_path, *(server.url("/feed") for server in servers))
        service = Service(tmp_path, "one", kafka_environment)
        wait_for(lambda: all("/feed" in server.paths() for server in servers), "visits of all", 200)
        wait_for(lambda: service.events("article_sent"), "an article", 200)
        assert seconds_to_stop(service) < STOPS_WITHIN_SECONDS
    assert len(read_articles(kafka, 1)) == 1


def test_amid_a_long_poll_it_ends_and_the_next_one_sends_the_rest(tmp_path, kafka, kafka_environment):
    count = 120
    with misbehaving_server() as server:
        serve_long_poll(server, count)
        write_sources(tmp_path, server.url("/feed"))
        first = Service(tmp_path, "first", kafka_environment)
        wait_for(lambda: len(first.events("article_sent")) >= 10, "the first articles", 200)
        assert seconds_to_stop(first) < STOPS_WITHIN_SECONDS
        sent = len(first.events("article_sent"))
        assert sent < count, "it came too late to prove anything"
        second = Service(tmp_path, "second", kafka_environment)
        wait_for(lambda: second.events("polled"), "the rest", 300)
        assert seconds_to_stop(second) < STOPS_WITHIN_SECONDS
    articles = read_articles(kafka, count)
    # An orderly end repeats nothing: what was sent is remembered.
    assert sorted(article.title for article in articles) == sorted(f"Story {n}" for n in range(count))
