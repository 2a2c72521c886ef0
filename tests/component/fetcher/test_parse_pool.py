"""Parsing in worker processes: what a document does there stays there."""

import os
import shutil
import signal
import sys

import pytest
from fetcher.documents import FeedDocument, PageDocument
from fetcher.outcomes import Refusal, Refused
from fetcher.parse_pool import ParsePool
from fetcher.parse_process import ParseLimits
from stancewatch_shared.errors import UserError

FEED = (
    b'<rss version="2.0"><channel><title>T</title><item><guid>1</guid><title>A</title></item></channel></rss>'
)
ARTICLE = (
    b"<html><body><article><h1>Ferry</h1>"
    + b"<p>The mayor told the council on Monday that she supports the ferry.</p>" * 8
    + b"</article></body></html>"
)


def feed_job(**more):
    return {
        "job": "feed",
        "url": "https://example.org/f",
        "content_type": "text/xml",
        "max_entries": 100,
        **more,
    }


def links_job(pattern):
    return {
        "job": "links",
        "url": "https://example.org/",
        "content_type": None,
        "max_entries": 9,
        "link_pattern": pattern,
    }


def test_a_feed_is_parsed(parse):
    document = parse(FeedDocument, feed_job(), FEED)
    assert [entry.title for entry in document.entries] == ["A"]


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        (b"", "empty"),
        (b"<!doctype html><html><body>hi</body></html>", "discover"),
        (b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>', "type: sitemap"),
        (b'{"a": 1}', "not a JSON Feed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "neither"),
    ],
    ids=["empty", "page", "sitemap", "json", "picture"],
)
def test_what_is_no_feed_is_refused_with_what_to_try(parse, body, hint):
    refused = parse(FeedDocument, feed_job(), body)
    assert refused.reason is Refusal.NOT_PARSEABLE
    assert hint in refused.detail


def test_a_document_that_takes_too_long_is_given_up_and_the_next_is_parsed():
    pool = ParsePool(1, ParseLimits(seconds=1.0))
    try:
        pool(FeedDocument, feed_job(), FEED)
        body = b'<a href="https://example.org/' + b"a" * 60 + b'!">x</a>'
        refused = pool(FeedDocument, links_job(r"(a+)+$"), body)
        assert refused.reason is Refusal.PARSER_DEADLINE
        assert isinstance(pool(FeedDocument, feed_job(), FEED), FeedDocument)
    finally:
        pool.close()


def test_a_parser_that_something_ended_while_it_was_idle_is_replaced(parse):
    parse.warm_up()
    (pid,) = parse.pids()
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert isinstance(parse(FeedDocument, feed_job(), FEED), FeedDocument)


def test_the_first_document_does_not_pay_for_the_start():
    pool = ParsePool(1, ParseLimits(seconds=0.15))
    try:
        page = pool(PageDocument, {"job": "page", "url": "https://example.org/a"}, ARTICLE)
        assert isinstance(page, PageDocument)
    finally:
        pool.close()


def test_a_parser_that_cannot_start_is_told_and_blamed_on_no_document(monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    pool = ParsePool(1)
    with pytest.raises(UserError, match=r"exit code 1.*STANCEWATCH_PARSE_MEMORY_BYTES"):
        pool(FeedDocument, feed_job(), FEED)
    pool.close()


def test_a_document_that_eats_memory_is_refused_and_the_next_is_parsed():
    pool = ParsePool(1, ParseLimits(seconds=30, memory_bytes=400_000_000))
    try:
        greedy = b"<p>" + "\U0001f600".encode() * 15_000_000
        refused = pool(PageDocument, {"job": "page", "url": "https://example.org/a"}, greedy)
        assert isinstance(refused, Refused)
        assert isinstance(pool(FeedDocument, feed_job(), FEED), FeedDocument)
    finally:
        pool.close()


TORTURE = {
    "billion laughs": b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(12))
    + b']><rss version="2.0"><channel><title>&m;</title><item><guid>1</guid></item></channel></rss>',
    "quadratic blowup": b'<!DOCTYPE r [<!ENTITY a "'
    + b"x" * 100_000
    + b'">]><rss version="2.0"><channel><title>'
    + b"&a;" * 10_000
    + b"</title></channel></rss>",
    "external entity": b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel>'
    b"<title>&x;</title><item><guid>1</guid><title>&x;</title></item></channel></rss>",
    "deep nesting": b"<rss><channel><item>" + b"<a>" * 200_000,
    "deep json": b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 200_000,
    "many attributes": b"<rss "
    + b" ".join(b'a%d="1"' % i for i in range(100_000))
    + b"><channel></channel></rss>",
    "long title": b'<rss version="2.0"><channel><item><guid>1</guid><title>'
    + b"t" * 3_000_000
    + b"</title></item></channel></rss>",
    "many entries of no kind": b'<rss version="2.0"><channel>'
    + b"<item><guid>g</guid>" * 20_000
    + b"</channel></rss>",
    "many entries": b'<rss version="2.0"><channel>'
    + b"<item><guid>g</guid></item>" * 50_000
    + b"</channel></rss>",
    "nothing but openings": b"<" * 1_000_000,
    "nul bytes": b"<rss version='2.0'>\x00\x00<channel>\x00<item><guid>1</guid></item></channel></rss>",
    "wrong utf-16": b"\xff\xfe<rss>" + bytes(range(256)) * 10,
    "dates from hell": b'<rss version="2.0"><channel><item><guid>1</guid><pubDate>Mon, 99 Foo 99999 99:99:99 +9999'
    b"</pubDate></item></channel></rss>",
}


@pytest.mark.parametrize("name", TORTURE)
def test_a_torture_feed_is_read_or_refused_in_time(parse, name):
    result = parse(FeedDocument, feed_job(), TORTURE[name])
    assert isinstance(result, FeedDocument | Refused)
    if isinstance(result, FeedDocument):
        assert "root:" not in result.model_dump_json()
        assert len(result.model_dump_json()) < 1_000_000


@pytest.mark.parametrize("name", TORTURE)
def test_a_torture_page_is_read_or_refused_in_time(parse, name):
    result = parse(PageDocument, {"job": "page", "url": "https://example.org/a"}, TORTURE[name])
    assert isinstance(result, PageDocument | Refused)
