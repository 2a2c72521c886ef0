"""Asking sources and reading pages over HTTP: robots.txt, sitemaps, walls."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from fetcher.documents import Entry
from fetcher.outcomes import Failed, Fetched, Refusal, Throttled
from fetcher.reading import PageTask, PollTask, Reader
from fetcher.robots import RobotsCache, rules_from
from fetcher.source_models import Source

from tests.component.fetcher.misbehaving import misbehaving_server

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
PAGE = (
    "<html><head><title>Ferry</title></head><body><article><h1>Ferry</h1>"
    + "<p>The mayor told the council on Monday that she supports the ferry between the two harbours.</p>" * 4
    + "</article></body></html>"
).encode()


@pytest.fixture
def reader(fetch, parse):
    return Reader(fetch, parse, RobotsCache(fetch, lambda: NOW))


def page_task(url):
    return PageTask(Source(id="s", url=url), Entry(guid="1", link=url))


def test_a_page_is_read(server, reader):
    result = reader.read_page(page_task(server.serve("/1", PAGE)))
    assert result.page.title == "Ferry"
    assert server.paths() == ["/robots.txt", "/1"]


def test_robots_are_asked_once_for_a_host(server, reader):
    for path in ("/1", "/2"):
        reader.read_page(page_task(server.serve(path, PAGE)))
    assert server.paths().count("/robots.txt") == 1


def test_what_robots_forbid_is_not_read(server, reader):
    server.serve("/robots.txt", b"User-agent: *\nDisallow: /private")
    result = reader.read_page(page_task(server.serve("/private/1", PAGE)))
    assert result.outcome.reason is Refusal.ROBOTS
    assert "/private/1" not in server.paths()


def test_a_rule_for_us_by_name_counts(server, reader):
    server.serve("/robots.txt", b"User-agent: Stancewatch\nDisallow: /\n\nUser-agent: *\nAllow: /")
    assert reader.read_page(page_task(server.serve("/1", PAGE))).outcome.reason is Refusal.ROBOTS


class TestRedirectedPages:
    """Feeds often link through a counter; whose robots.txt counts is that of each host on the way."""

    @pytest.fixture
    def counter(self, server):
        """A link on another host that leads to `server`'s page."""
        with misbehaving_server() as other:
            server.serve("/1", PAGE)
            yield other.script("/count", lambda visit: visit.answer(302, Location=server.url("/1")))

    def test_the_page_is_read_where_it_lies(self, server, reader, counter):
        assert reader.read_page(page_task(counter)).page.title == "Ferry"
        assert server.paths() == ["/robots.txt", "/1"]

    def test_a_page_that_its_own_host_forbids_is_not_read(self, server, reader, counter):
        server.serve("/robots.txt", b"User-agent: *\nDisallow: /")
        assert reader.read_page(page_task(counter)).outcome.reason is Refusal.ROBOTS
        assert server.paths() == ["/robots.txt"]


def test_robots_that_cannot_be_read_forbid_all(server, reader):
    server.serve("/robots.txt", b"", 500)
    result = reader.read_page(page_task(server.serve("/1", PAGE)))
    assert result.outcome.reason is Refusal.ROBOTS
    assert "RFC 9309" in result.outcome.detail


def test_a_web_page_in_place_of_robots_forbids_nothing():
    rules = rules_from(Fetched("u", 200, {}, b"<!doctype html>Disallow: /"), NOW)
    assert rules.is_allowed("https://post.example/1")


def test_unreachable_robots_are_asked_again_soon():
    assert rules_from(Failed("timeout"), NOW).expires < NOW + timedelta(hours=1)


def test_a_wall_is_no_article(server, reader):
    wall = b"<html><body><article><p>Checking your browser before accessing the site.</p></article></body></html>"
    result = reader.read_page(page_task(server.serve("/1", wall)))
    assert result.page is None
    assert result.outcome.reason is Refusal.NOT_PARSEABLE


def test_a_sitemap_index_leads_to_its_newest_sitemaps(server, reader):
    def sitemap(name):
        return gzip.compress(f"<urlset><url><loc>https://post.example/{name}</loc></url></urlset>".encode())

    index = "".join(
        f"<sitemap><loc>{server.serve(f'/{n}.xml.gz', sitemap(n))}</loc><lastmod>2026-0{n}-01</lastmod></sitemap>"
        for n in range(1, 6)
    )
    url = server.serve("/sitemap.xml", f"<sitemapindex>{index}</sitemapindex>".encode())
    source = Source(id="s", type="sitemap", url=url)
    entries = reader.poll(PollTask(source, url)).document.entries
    assert [entry.link.rpartition("/")[2] for entry in entries] == ["5", "4", "3"]
    assert "/1.xml.gz" not in server.paths()


def sitemap_index(server, *sitemaps):
    lines = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in sitemaps)
    url = server.serve("/sitemap.xml", f"<sitemapindex>{lines}</sitemapindex>".encode())
    return PollTask(Source(id="s", type="sitemap", url=url), url)


URLSET = b"<urlset><url><loc>https://post.example/1</loc></url></urlset>"


def test_one_broken_sitemap_of_an_index_does_not_cost_the_others(server, reader):
    task = sitemap_index(server, server.serve("/a.xml", b"", 500), server.serve("/b.xml", URLSET))
    assert len(reader.poll(task).document.entries) == 1


def test_an_index_none_of_whose_sitemaps_can_be_read_has_failed(server, reader):
    result = reader.poll(sitemap_index(server, server.serve("/a.xml", b"", 500)))
    assert isinstance(result.outcome, Failed)
    assert result.document is None


def test_an_index_whose_sitemap_asks_for_patience_is_throttled_and_asks_no_further(server, reader):
    wait = server.script("/a.xml", lambda visit: visit.answer(429, Retry_After="60"))
    result = reader.poll(sitemap_index(server, wait, server.serve("/b.xml", URLSET)))
    assert isinstance(result.outcome, Throttled)
    assert "/b.xml" not in server.paths()


def test_a_hostile_page_in_a_folder_is_parsed_in_the_parsers_process(tmp_path, reader):
    (tmp_path / "deep.html").write_bytes(b"<div>" * 100_000)
    (tmp_path / "good.html").write_bytes(PAGE)
    result = reader.poll(PollTask(Source(id="f", type="folder", path=tmp_path), ""))
    assert [entry.guid for entry in result.document.entries] == ["good.html"]
    assert result.document.dropped == 1


def test_a_page_of_links_is_a_source(server, reader):
    url = server.serve("/press", b'<a href="/press/2026/1">One</a><a href="/about">About</a>')
    source = Source(id="s", type="page", url=url, link_pattern="/press/[0-9]+/")
    (entry,) = reader.poll(PollTask(source, url)).document.entries
    assert entry.title == "One"
