"""The sample papers: every article reaches the reader's parser through each format."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import feedparser
import pytest
from feed_server import FeedServer, render_feed, render_page
from stack import choose_ports
from stories import FOLDER, Story, load_stories

STORIES = load_stories()
BASE = "http://127.0.0.1:1"


def of(outlet_id: str) -> list[Story]:
    return [story for story in STORIES if story.outlet.id == outlet_id]


def get(url: str, **headers: str) -> tuple[int, str, Any]:
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, "", error.headers


@pytest.mark.parametrize("outlet_id", ["north-wire", "harbour-courier", "evening-globe"])
def test_xml_feeds_carry_title_link_and_date_of_every_article(outlet_id: str) -> None:
    stories = of(outlet_id)
    kind, text = render_feed(stories[0].outlet, stories, BASE)
    feed = feedparser.parse(text, response_headers={"content-type": kind})
    assert not feed.bozo
    assert [(entry.title, entry.link) for entry in feed.entries] == [
        (story.title, f"{BASE}/{outlet_id}/{story.id}") for story in stories
    ]
    assert all(entry.get("published_parsed") for entry in feed.entries)


def test_the_json_feed_carries_the_same() -> None:
    stories = of("morning-ledger")
    _, text = render_feed(stories[0].outlet, stories, BASE)
    assert [item["title"] for item in json.loads(text)["items"]] == [story.title for story in stories]


def test_a_summary_feed_does_not_give_the_text_away() -> None:
    stories = of("evening-globe")
    _, text = render_feed(stories[0].outlet, stories, BASE)
    assert stories[0].paragraphs[1] not in text


def test_a_page_holds_every_paragraph() -> None:
    page = render_page(STORIES[0], BASE)
    assert all(f"<p>{part}</p>".split('"', maxsplit=1)[0] in page for part in STORIES[0].paragraphs)


def test_articles_appear_with_their_wave() -> None:
    with FeedServer(STORIES) as papers:
        url = f"{papers.base_url}/north-wire/munich-draft"
        before = get(url)[0]
        papers.release(1)
        after = get(url)[0]
    assert (before, after) == (404, 200)


def test_an_unchanged_feed_is_not_sent_again() -> None:
    with FeedServer(STORIES) as papers:
        papers.release(1)
        url = papers.feed_url(STORIES[0].outlet)
        etag = get(url)[2]["ETag"]
        assert get(url, **{"If-None-Match": etag})[0] == 304


def test_the_demo_watchlist_is_in_order() -> None:
    from stance_classifier.watchlist import load_watchlist

    assert {actor.id for actor in load_watchlist(FOLDER / "watchlist.yaml").actors} == {
        "zelensky",
        "rubio",
        "calloway",
    }


def test_the_example_configuration_is_in_order() -> None:
    from fetcher.sources import load_catalogue
    from stance_classifier.watchlist import load_watchlist

    config = FOLDER.parent / "config"
    assert load_catalogue(config / "sources.yaml").sources
    assert load_watchlist(config / "watchlist.yaml").issues


def test_a_taken_port_is_replaced_by_a_free_one() -> None:
    ports = choose_ports(lambda port: port != 8102, lambda: 50_000)
    assert (ports["fetcher"], ports["classifier"]) == (8101, 50_000)
