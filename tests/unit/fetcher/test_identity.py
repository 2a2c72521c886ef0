"""Which two addresses are the same article."""

import pytest
from fetcher.identity import BadUrl, absolute_url, article_id, canonical_url

ARTICLE = "https://harbourpost.example/2026/03/ferry?id=7"


@pytest.mark.parametrize(
    "other",
    [
        "http://harbourpost.example/2026/03/ferry?id=7",
        "https://www.harbourpost.example/2026/03/ferry?id=7",
        "https://m.harbourpost.example/2026/03/ferry/?id=7",
        "https://HARBOURPOST.example:443/2026/03/ferry?id=7#comments",
        "https://harbourpost.example/2026/03/ferry?utm_source=rss&id=7&fbclid=abc",
        "https://harbourpost.example/2026/03/../03/ferry?id=7",
    ],
)
def test_addresses_of_one_article_have_one_id(other):
    assert article_id(other) == article_id(ARTICLE)


@pytest.mark.parametrize(
    "other",
    [
        "https://harbourpost.example/2026/03/ferry?id=8",
        "https://harbourpost.example/2026/03/Ferry?id=7",
        "https://harbourpost.example:8443/2026/03/ferry?id=7",
        "https://news.harbourpost.example/2026/03/ferry?id=7",
    ],
)
def test_what_may_be_another_article_has_another_id(other):
    assert article_id(other) != article_id(ARTICLE)


def test_a_host_that_is_called_m_is_left_alone():
    assert canonical_url("https://m.com/a") == "https://m.com/a"


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("mailto:a@b.example", "http"),
        ("https://", "host"),
        ("http://[::1", "web address"),
        ("http://exa mple.org/feed", "no host can be called 'exa mple.org'"),
        ("/" + "a" * 5000, "longer"),
    ],
)
def test_what_cannot_name_an_article_is_refused_with_the_reason(link, reason):
    with pytest.raises(BadUrl, match=reason):
        absolute_url("" if link == "https://" else "https://example.org/", link)


def test_a_link_is_resolved_against_its_document():
    assert absolute_url("https://example.org/a/b", "../c?d") == "https://example.org/c?d"
