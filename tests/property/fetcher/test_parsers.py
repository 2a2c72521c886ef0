"""Parsers of foreign input: whatever comes, they read it or say why not."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from fetcher.dates import read_date
from fetcher.extract import extract
from fetcher.feed import parse_feed
from fetcher.headers import max_age, retry_after
from fetcher.identity import BadUrl, absolute_url, canonical_url
from fetcher.import_lines import BadArticle, entry_from_json
from fetcher.marks import Mark
from fetcher.outcomes import Failed, Fetched, NotModified, Throttled
from fetcher.refusals import NotAFeed, NotAnArticle
from fetcher.revision import Change, compare, unified_diff
from fetcher.schedule import Bounds, Wishes, next_poll
from fetcher.sitemap import parse_sitemap
from fetcher.text import html_to_text, squeeze
from hypothesis import given, settings
from hypothesis import strategies as st
from stancewatch_shared.near_duplicates import signature, similarity

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
FEED = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>Post</title><ttl>30</ttl><item><title>A &amp; B</title>'
    b"<link>https://post.example/1</link><guid>g</guid><pubDate>Tue, 03 Mar 2026 10:00:00 +0200</pubDate>"
    b"<description>&lt;p&gt;S&lt;/p&gt;</description></item></channel></rss>"
)
SITEMAP = b"<urlset><url><loc>https://post.example/1</loc><lastmod>2026-01-01</lastmod></url></urlset>"


@st.composite
def damaged(draw, original):
    """`original` with some bytes replaced, dropped or repeated."""
    data = bytearray(original)
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        match draw(st.integers(0, 2)):
            case 0:
                data[at : at + 1] = draw(st.binary(max_size=4))
            case 1:
                del data[at : at + draw(st.integers(1, 40))]
            case _:
                data[at:at] = data[at : at + draw(st.integers(1, 40))]
    return bytes(data)


@settings(max_examples=150, deadline=None)
@given(damaged(FEED) | st.binary(max_size=300))
def test_a_damaged_feed_is_read_or_refused(body):
    with contextlib.suppress(NotAFeed):
        assert len(parse_feed(body, "https://post.example/f", "text/xml", 10).entries) <= 10


@settings(max_examples=150, deadline=None)
@given(damaged(SITEMAP))
def test_a_damaged_sitemap_is_read_or_refused(body):
    with contextlib.suppress(NotAFeed):
        assert len(parse_sitemap(body, "https://post.example/s", 10).entries) <= 10


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_page_or_refused(body):
    with contextlib.suppress(NotAnArticle):
        assert extract(body, "https://post.example/1", None).mark in set(Mark)


@given(
    st.text(
        alphabet=st.characters(exclude_characters="<>&\x00", exclude_categories=("Cs", "Cc")), max_size=200
    )
)
def test_text_without_markup_survives_html(text):
    assert html_to_text(f"<p>{text}</p>") == (squeeze(text) if text.strip() else "")


@given(st.text(max_size=200))
def test_any_link_is_resolved_or_refused_and_its_identity_is_stable(link):
    try:
        url = absolute_url("https://post.example/a", link)
    except BadUrl:
        return
    try:
        once = canonical_url(url)
    except BadUrl:
        return
    assert canonical_url(once) == once


@given(st.text(max_size=60))
def test_any_header_is_read_or_ignored(value):
    wait = retry_after(value, NOW)
    assert wait is None or timedelta(0) <= wait <= timedelta(days=7)
    age = max_age({"cache-control": value, "expires": value}, NOW)
    assert age is None or timedelta(0) < age <= timedelta(days=7)


@given(st.text(max_size=60))
def test_any_date_is_read_as_utc_or_not_at_all(value):
    moment = read_date(value)
    assert moment is None or moment.utcoffset() == timedelta(0)


@given(st.binary(max_size=200))
def test_any_line_is_an_article_or_refused(data):
    with pytest.raises(BadArticle):
        entry_from_json(data)


@given(
    outcome=st.sampled_from(
        [
            Fetched("u", 200, {}, b""),
            NotModified(),
            Failed("x"),
            Throttled(429, timedelta(hours=3)),
            Throttled(503, None),
        ]
    ),
    floor=st.integers(1, 3600),
    span=st.integers(0, 86_400),
    previous=st.integers(1, 200_000),
    gap=st.none() | st.integers(0, 10**7),
    ttl=st.none() | st.integers(0, 10**9),
    hours=st.frozensets(st.integers(0, 23)),
    new=st.booleans(),
    failures=st.integers(0, 100),
    jitter=st.floats(-1, 1),
)
def test_the_next_poll_is_never_rude_and_never_forgotten(
    outcome, floor, span, previous, gap, ttl, hours, new, failures, jitter
):
    def seconds(n):
        return None if n is None else timedelta(seconds=n)

    bounds = Bounds(seconds(floor), seconds(floor + span))
    wishes = Wishes(ttl=seconds(ttl), skip_hours=hours)
    decision = next_poll(outcome, NOW, bounds, wishes, seconds(previous), new, seconds(gap), failures, jitter)
    assert decision.at >= NOW + bounds.floor * 0.9
    assert decision.at <= NOW + max(bounds.ceiling, timedelta(days=1)) * 1.1 + timedelta(days=2)


@given(st.text(max_size=300), st.text(max_size=300))
def test_comparing_is_silent_exactly_when_words_are_equal(old, new):
    change = compare("T", old, False, "T", new, False)
    assert (change in (Change.SAME, Change.WHITE_SPACE)) == (old.split() == new.split())
    assert len(unified_diff("T", old, "T", new)) <= 100_000


@given(
    st.lists(
        st.sampled_from(["the", "mayor", "ferry", "council", "vote", "harbour", "plan", "may"]),
        min_size=5,
        max_size=80,
    )
)
def test_a_copy_has_the_same_signature(words):
    text = " ".join(words)
    assert similarity(signature(text), signature(text.upper() + " ")) == 1.0
