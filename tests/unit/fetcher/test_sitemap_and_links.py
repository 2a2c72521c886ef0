"""Sitemaps and pages of links to entries."""

import gzip
from datetime import UTC, datetime

import pytest
from fetcher.link_page import parse_links
from fetcher.refusals import NotAFeed
from fetcher.sitemap import parse_sitemap

URL = "https://post.example/sitemap.xml"
NEWS = b"""<?xml version="1.0"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://post.example/old</loc><lastmod>2026-03-01</lastmod></url>
<url><image:image><image:loc>https://post.example/pic.jpg</image:loc></image:image><loc>https://post.example/new</loc>
<news:news><news:publication><news:name>Post</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2026-03-03T08:00:00+01:00</news:publication_date><news:title>Ferry \xe2\x80\x9cplan\xe2\x80\x9d</news:title>
</news:news></url>
<url><loc>/undated</loc></url></urlset>"""


@pytest.mark.parametrize("body", [NEWS, gzip.compress(NEWS)], ids=["plain", "gz"])
def test_a_news_sitemap_gives_entries_newest_first(body):
    entries = parse_sitemap(body, URL, 10).entries
    assert [entry.link.rpartition("/")[2] for entry in entries] == ["new", "old", "undated"]
    assert entries[0].title == "Ferry “plan”"
    assert entries[0].language == "en"
    assert entries[0].published == datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
    assert entries[1].published is None
    assert entries[1].updated == datetime(2026, 3, 1, tzinfo=UTC)


def test_only_the_newest_are_taken():
    document = parse_sitemap(NEWS, URL, 1)
    assert [entry.link for entry in document.entries] == ["https://post.example/new"]
    assert document.dropped == 2


def test_an_index_names_its_newest_sitemaps_first():
    index = (
        b"<sitemapindex><sitemap><loc>https://post.example/1.xml</loc><lastmod>2026-01-01</lastmod></sitemap>"
        b"<sitemap><loc>/2.xml</loc><lastmod>2026-02-01</lastmod></sitemap></sitemapindex>"
    )
    assert parse_sitemap(index, URL, 10).more == ("https://post.example/2.xml", "https://post.example/1.xml")


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"\x1f\x8bbroken", b"<urlset>"])
def test_what_is_no_sitemap_is_refused(body):
    with pytest.raises(NotAFeed):
        parse_sitemap(body, URL, 10)


def test_half_a_sitemap_still_names_pages():
    assert len(parse_sitemap(NEWS[: NEWS.index(b"<url><loc>/undated")], URL, 10).entries) == 2


def test_links_that_match_are_entries_with_their_longest_text():
    page = b"""<html lang="en"><title>Press</title><a href="/press/2026/1"><img></a><a href="/about">About</a>
    <a href="/press/2026/1#top">Minister backs ferry</a><a href="https://other.example/press/2026/2">Elsewhere</a></html>"""
    document = parse_links(
        page, "https://ministry.example/press", None, r"ministry\.example/press/[0-9]{4}/", 10
    )
    (entry,) = document.entries
    assert (entry.link, entry.title) == ("https://ministry.example/press/2026/1", "Minister backs ferry")
    assert document.language == "en"
