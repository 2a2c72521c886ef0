"""A page to an article."""

import json
from datetime import UTC, datetime

import pytest
from fetcher.extract import extract
from fetcher.refusals import NotAnArticle
from fetcher.text import html_to_text

URL = "https://post.example/2026/ferry?id=1"
PARAGRAPHS = [
    "“We\u00a0will support the ferry,” the mayor told the council on Monday, after a debate that lasted all evening.",
    "The plan, «\u202fune idée folle\u202f» to its critics, would link the two harbours by the end of next year.",
    "Members of the opposition asked for another study of its costs before the council votes in the first week of May.",
    "The harbour authority said that it had not been asked, and that it would publish its own figures within a month.",
]


def page(head="", paragraphs=PARAGRAPHS, attributes='lang="en"', title="Ferry plan"):
    body = "".join(f"<p>{p}</p>" for p in paragraphs)
    return (
        f"<!doctype html><html {attributes}><head><meta charset=utf-8><title>{title} | Post</title>{head}</head><body>"
        f"<nav><a href=/>Home</a><a href=/sport>Sport</a></nav><article><h1>{title}</h1>{body}</article>"
        "<footer>All rights reserved.</footer></body></html>"
    )


def read(markup, content_type="text/html; charset=utf-8"):
    return extract(markup if isinstance(markup, bytes) else markup.encode(), URL, content_type)


def ld(**fields):
    data = {"@context": "https://schema.org", "@type": "NewsArticle", **fields}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def test_paragraphs_come_out_as_they_were_printed():
    assert read(page()).text == "\n\n".join(PARAGRAPHS)


def test_entities_for_special_spaces_survive():
    spaced = [PARAGRAPHS[0].replace("\u00a0", "&nbsp;"), *PARAGRAPHS[1:]]
    assert "We\u00a0will" in read(page(paragraphs=spaced)).text


def test_facts_in_json_ld_win():
    head = ld(
        headline="Mayor backs ferry",
        author=[{"name": "Ann Lee"}, {"name": "https://x.example/profile"}],
        datePublished="2026-03-03T08:00:00+01:00",
        dateModified="2026-03-03T10:00:00Z",
        inLanguage="en-GB",
    )
    article = read(page(head))
    assert article.title == "Mayor backs ferry"
    assert article.authors == ("Ann Lee",)
    assert article.published == datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
    assert article.updated == datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
    assert article.language == "en-GB"


def test_json_ld_in_a_graph_is_found():
    graph = {"@graph": [{"@type": "WebSite"}, {"@type": ["NewsArticle"], "headline": "From the graph"}]}
    assert (
        read(page(f'<script type="application/ld+json">{json.dumps(graph)}</script>')).title
        == "From the graph"
    )


@pytest.mark.parametrize(
    "broken", ["{", "[" * 100_000, '{"@type": "NewsArticle", "author": [[[]]], "headline": 5}']
)
def test_broken_json_ld_costs_nothing(broken):
    assert read(page(f'<script type="application/ld+json">{broken}</script>')).text


def test_meta_tags_tell_the_publication_time():
    head = '<meta property="article:published_time" content="2026-03-03T08:00:00Z">'
    assert read(page(head)).published == datetime(2026, 3, 3, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("href", "believed"),
    [
        ("/2026/ferry", "https://post.example/2026/ferry"),
        ("https://www.post.example/2026/ferry", "https://www.post.example/2026/ferry"),
        ("https://victim.example/2026/ferry", None),
        ("https://post.example/", None),
        ("javascript:x", None),
    ],
)
def test_a_canonical_address_is_believed_within_its_own_site(href, believed):
    assert read(page(f'<link rel="canonical" href="{href}">')).canonical == believed


def test_a_paywall_in_json_ld_is_marked():
    assert read(page(ld(isAccessibleForFree="False"))).mark == "paywall_stub"


def test_the_whole_text_for_machines_is_taken_where_the_page_shows_a_stub():
    head = ld(articleBody=" ".join(PARAGRAPHS * 4))
    assert len(read(page(head, PARAGRAPHS[:1])).text) > 1000


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (page().encode(), "text/html; charset=iso-8859-1"),
        (page().encode(), None),
        (page().encode("utf-16"), None),
        (
            page().replace("charset=utf-8", "charset=windows-1252").replace("\u202f", " ").encode("cp1252"),
            "text/html",
        ),
        (page().replace("\u202f", " ").encode("cp1252"), "text/html; charset=windows-1252"),
    ],
    ids=["header lies", "no header", "byte order mark", "meta tells", "meta lies"],
)
def test_encodings_are_found_out(body, content_type):
    assert read(body, content_type).text.startswith("“We\u00a0will support")


def test_an_empty_page_is_refused():
    with pytest.raises(NotAnArticle):
        read("  ")


def test_furniture_between_paragraphs_is_left_out():
    with_furniture = [*PARAGRAPHS[:2], "Advertisement", "Sign up for our daily newsletter", *PARAGRAPHS[2:]]
    assert read(page(paragraphs=with_furniture)).text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One<br>line</p>", "One line"),
        ("One<br><br>Two", "One\n\nTwo"),
        ("<div>a<b>b</b>c<p>d</p>e</div>", "abc\n\nd\n\ne"),
        ("<script>x</script><p>y</p><style>z</style>", "y"),
        ("a &lt; b &amp; c", "a < b & c"),
        ("plain “text”", "plain “text”"),
        ("<p>\u00a0</p><p>x</p>", "x"),
        ("", ""),
    ],
)
def test_html_to_text(markup, text):
    assert html_to_text(markup) == text
