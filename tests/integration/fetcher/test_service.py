"""The fetcher on a real broker: restarts, a death, a hand-over, and quiet history."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.component.fetcher.misbehaving import misbehaving_server
from tests.integration.fetcher.feeds import TEXT, conditional, feed, serve_long_poll, write_sources
from tests.integration.fetcher.service import Service, read_articles, wait_for

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]


@pytest.fixture(autouse=True)
def nothing_left_behind():
    yield
    Service.end_all()


LONGEST_TAKE_OVER_SECONDS = 60
STANCEWATCH = Path(sys.executable).with_name("stancewatch")


def test_after_a_restart_nothing_is_sent_again_and_the_etag_is_known(tmp_path, kafka, kafka_environment):
    with misbehaving_server() as server:
        server.script("/feed", conditional(feed(1, 2, 3), '"v1"'))
        write_sources(tmp_path, server.url("/feed"))
        first = Service(tmp_path, "first", kafka_environment)
        wait_for(lambda: first.events("polled"), "a poll")
        assert first.stop() == 0
        visits = len(server.visits)
        second = Service(tmp_path, "second", kafka_environment)
        wait_for(lambda: second.events("polled"), "a poll after the restart")
        assert second.stop() == 0
        assert server.visits[visits].headers["if-none-match"] == '"v1"'
    articles = read_articles(kafka, 3)
    assert sorted(a.title for a in articles) == ["Story 1", "Story 2", "Story 3"]
    assert {a.revision for a in articles} == {1}


def test_when_one_dies_another_takes_over_and_reads_nothing_twice(tmp_path, kafka, kafka_environment):
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(misbehaving_server()) for _ in range(6)]
        for number, server in enumerate(servers):
            server.script("/feed", conditional(feed(number), f'"v{number}"'))
        write_sources(tmp_path, *(server.url("/feed") for server in servers))
        one, two = (Service(tmp_path, name, kafka_environment) for name in ("one", "two"))
        wait_for(lambda: any(len(e["owned"]) == 6 for e in one.events("shares_changed")), "one's share")
        wait_for(lambda: any(len(e["owned"]) == 6 for e in two.events("shares_changed")), "two's share")
        wait_for(lambda: all(len(s.visits) >= 2 for s in servers), "two polls of each")
        one.kill()
        killed_at = time.monotonic()
        wait_for(lambda: two.events("shares_changed")[-1]["owned"] == list(range(12)), "the take-over")
        before = [len(server.visits) for server in servers]
        wait_for(lambda: all(len(s.visits) > b for s, b in zip(servers, before, strict=True)), "polls of all")
        assert time.monotonic() - killed_at < LONGEST_TAKE_OVER_SECONDS
        assert two.stop() == 0
        for server, count in zip(servers, before, strict=True):
            assert all("if-none-match" in visit.headers for visit in server.visits[count:])
    assert len(read_articles(kafka, 6)) == 6


def test_a_kill_in_the_middle_of_a_poll_loses_no_article(tmp_path, kafka, kafka_environment):
    count = 120
    with misbehaving_server() as server:
        serve_long_poll(server, count)
        write_sources(tmp_path, server.url("/feed"))
        first = Service(tmp_path, "first", kafka_environment)
        wait_for(lambda: len(first.events("article_sent")) >= 20, "the first articles")
        first.kill()
        sent_before = len(first.events("article_sent"))
        second = Service(tmp_path, "second", kafka_environment)
        wait_for(lambda: second.events("polled"), "the rest")
        assert second.stop() == 0
    assert sent_before < count, "the kill came too late to prove anything"
    articles = read_articles(kafka, count)
    assert {article.title for article in articles} == {f"Story {n}" for n in range(count)}
    assert {article.revision for article in articles} == {1}
    # Only what was under way at the kill may come twice.
    assert len(articles) - count <= 30


def test_a_source_that_is_added_while_running_is_read(tmp_path, kafka, kafka_environment):
    with misbehaving_server() as server:
        server.script("/a", conditional(feed(1), '"a"'))
        server.script("/b", conditional(feed(2), '"b"'))
        write_sources(tmp_path, server.url("/a"))
        service = Service(tmp_path, "one", kafka_environment)
        wait_for(lambda: service.events("polled"), "a poll")
        (tmp_path / "sources.yaml").write_text("sources: [")
        wait_for(lambda: service.events("sources_refused"), "the refusal of a bad file")
        write_sources(tmp_path, server.url("/a"), server.url("/b"))
        wait_for(lambda: "/b" in server.paths(), "a poll of the new source")
        assert service.stop() == 0
    assert sorted(a.title for a in read_articles(kafka, 2)) == ["Story 1", "Story 2"]


def test_history_is_sent_oldest_first_quietly_and_once(tmp_path, kafka, kafka_environment):
    lines = [
        {"id": f"a{n}", "source": "Post", "url": "", "published_at": f"20{20 - n:02}-01-01T00:00:00Z", "title": "T", "text": TEXT}
        for n in range(10)
    ]  # fmt: skip
    (tmp_path / "history.jsonl").write_text("\n".join(json.dumps(line) for line in lines) + "\n{bad\n")
    command = [str(STANCEWATCH), "backfill", str(tmp_path / "history.jsonl"), "--spool", str(tmp_path)]
    environment = {**os.environ, **kafka_environment}
    first = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    second = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert first.returncode == second.returncode == 0
    assert "history.jsonl:11: not JSON" in first.stderr
    assert "10 articles sent" in first.stdout
    assert "nothing to send: 10 articles sent before" in second.stdout
    articles = read_articles(kafka, 10)
    assert len(articles) == 10
    assert all(article.backfill for article in articles)
    assert {article.id for article in articles} == {f"a{n}" for n in range(10)}


def test_a_missing_topic_is_named(tmp_path, kafka_servers):
    write_sources(tmp_path)
    environment = {"KAFKA_BOOTSTRAP_SERVERS": kafka_servers, "KAFKA_TOPIC_PREFIX": "nobody-"}
    service = Service(tmp_path, "one", environment)
    assert service.process.wait(timeout=60) == 2
    assert "nobody-articles" in service.log.read_text()


def test_a_bad_sources_file_ends_with_its_line_and_exit_2(tmp_path):
    (tmp_path / "sources.yaml").write_text("sources:\n- id: a\n  ulr: https://a.example/\n")
    service = Service(tmp_path, "one", {})
    assert service.process.wait(timeout=60) == 2
    text = service.log.read_text()
    assert "sources.yaml:2" in text or "sources.yaml:3" in text
    assert "Traceback" not in text
