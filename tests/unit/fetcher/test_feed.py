"""Bytes of a feed to entries."""

import json
from datetime import UTC, datetime

import pytest
from fetcher.entry_fields import language_tag
from fetcher.feed import parse_feed
from fetcher.refusals import NotAFeed

URL = "https://post.example/feed"


def parse(body, content_type="application/rss+xml", limit=100):
    return parse_feed(body if isinstance(body, bytes) else body.encode(), URL, content_type, limit)


def rss(item, channel=""):
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Post</title>{channel}{item}</channel></rss>'
    )


def test_rss():
    feed = parse(
        rss(
            "<item><title>A &amp;amp; B</title><link>/a?x=1&amp;y=2</link><guid isPermaLink='false'>7</guid>"
            "<pubDate>Tue, 03 Mar 2026 10:00:00 +0200</pubDate><description>&lt;p&gt;Sum&lt;/p&gt;</description></item>",
            "<ttl>30</ttl><language>en-us</language>",
        )
    )
    (entry,) = feed.entries
    assert (entry.title, entry.link, entry.guid) == ("A & B", "https://post.example/a?x=1&y=2", "7")
    assert entry.published == datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
    assert entry.summary == "Sum"
    assert (feed.ttl_seconds, feed.language, feed.title) == (1800, "en-US", "Post")


def test_atom():
    feed = parse(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>P</title><entry><id>urn:1</id><title>T</title>'
        '<link href="https://post.example/1"/><author><name>Ann Lee</name></author>'
        "<published>2026-03-03T08:00:00Z</published><updated>2026-03-03T09:00:00Z</updated>"
        '<content type="html">&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</content></entry></feed>'
    )
    (entry,) = feed.entries
    assert entry.text == "One.\n\nTwo."
    assert entry.authors == ("Ann Lee",)
    assert entry.updated == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def test_rdf():
    feed = parse(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<channel rdf:about="x"><title>P</title></channel><item rdf:about="https://post.example/1"><title>T</title>'
        "<link>https://post.example/1</link></item></rdf:RDF>"
    )
    assert feed.entries[0].link == "https://post.example/1"


def test_json_feed():
    item = {
        "id": 7,
        "url": "/a",
        "title": "T",
        "content_html": "<p>One</p>",
        "date_published": "2026-03-03T08:00:00+02:00",
        "authors": [{"name": "Ann Lee"}],
    }
    feed = parse(
        json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "P", "items": [item, 5]})
    )
    (entry,) = feed.entries
    assert (entry.guid, entry.link, entry.text) == ("7", "https://post.example/a", "One")
    assert entry.published == datetime(2026, 3, 3, 6, 0, tzinfo=UTC)


def test_an_entry_that_breaks_a_rule_does_not_cost_the_others():
    items = [
        {"id": "\ud800", "title": "a\ud800\u0000b"},
        {"id": ["x"]},
        {"id": "3", "authors": 5},
        {"id": "4"},
    ]
    feed = parse(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}))
    assert [(entry.guid, entry.title) for entry in feed.entries] == [("?", "a?b"), ("3", ""), ("4", "")]


def test_quotes_and_special_spaces_survive():
    text = "“We\u00a0won’t,” she said – «\u202fnon\u202f»."
    feed = parse(
        rss(
            f"<item><guid>1</guid><title>{text}</title><description>&lt;p&gt;{text}&lt;/p&gt;</description></item>"
        )
    )
    assert feed.entries[0].title == text
    assert feed.entries[0].summary == text


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (rss("<item><guid>1</guid><title>Übung “q”</title></item>").encode(), "text/xml; charset=iso-8859-1"),
        (
            rss("<item><guid>1</guid><title>Übung “q”</title></item>")
            .replace('"1.0"', '"1.0" encoding="windows-1252"')
            .encode(),
            "application/xml",
        ),
        (
            rss("<item><guid>1</guid><title>Übung “q”</title></item>")
            .replace('"1.0"', '"1.0" encoding="windows-1252"')
            .encode("cp1252"),
            "text/xml",
        ),
        (rss("<item><guid>1</guid><title>Übung “q”</title></item>").encode(), None),
    ],
    ids=["header lies", "declaration lies", "declaration tells", "nobody tells"],
)
def test_encodings_are_found_out(body, content_type):
    assert parse(body, content_type).entries[0].title == "Übung “q”"


def test_a_guid_that_is_no_address_is_no_link():
    assert parse(rss("<item><guid>4711</guid><title>T</title></item>")).entries[0].link is None


def test_a_guid_that_is_an_address_is_the_link():
    item = "<item><guid>https://post.example/1</guid><title>T</title></item>"
    assert parse(rss(item)).entries[0].link == "https://post.example/1"


def test_a_link_of_another_scheme_is_no_link():
    item = "<item><guid isPermaLink='false'>1</guid><link>javascript:alert(1)</link><description>d</description></item>"
    assert parse(rss(item)).entries[0].link is None


def test_skipped_hours_and_days_are_read():
    wishes = "<skipHours><hour>0</hour><hour>24</hour><hour>5</hour></skipHours><skipDays><day>Sunday</day></skipDays>"
    feed = parse(rss("", wishes))
    assert (feed.skip_hours, feed.skip_days) == ((0, 5), (6,))


def test_more_entries_than_wanted_are_cut_and_counted():
    items = "".join(f"<item><guid isPermaLink='false'>{i}</guid></item>" for i in range(10))
    feed = parse(rss(items), limit=3)
    assert [entry.guid for entry in feed.entries] == ["0", "1", "2"]
    assert feed.dropped == 7


def test_a_repeated_guid_counts_once():
    assert len(parse(rss("<item><guid>1</guid></item>" * 2)).entries) == 1


def test_a_feed_without_entries_is_a_feed():
    assert parse(rss("")).entries == ()


def test_a_web_page_is_not_a_feed():
    with pytest.raises(NotAFeed, match="discover"):
        parse("<!DOCTYPE html><html><body>Hello</body></html>")


@pytest.mark.parametrize(
    ("given", "tag"),
    [("en_US", "en-US"), ("EN", "en"), ("de-DE", "de-DE"), ("english", None), ("", None), (None, None)],
)
def test_language_tags_are_brought_into_their_usual_form(given, tag):
    assert language_tag(given) == tag
