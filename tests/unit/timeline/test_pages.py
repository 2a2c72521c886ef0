"""How every page is served: strictly, without foreign markup, with a reason where it can't be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from timeline.progress import Progress
from timeline.settings import TimelineSettings

from tests.browser.stories import world
from tests.unit.timeline.conftest import Feed, Get, words
from tests.unit.timeline.messages import change, statement

EVERY_PAGE = [
    "/", "/changes", "/changes/chg-bridge-1", "/change?id=h%2F..%2F%3Cx%3E%3F%23", "/search", "/search?q=bridge",
    "/timeline/orla-byrne/harbour-bridge", "/timeline?actor=%3Cscript%3E%2F..%2Fx&issue=hostile+issue",
    "/actors/orla-byrne", "/actor?id=%3Cscript%3E%2F..%2Fx", "/issues/harbour-bridge", "/issue?id=hostile+issue",
    "/method", "/embed/change?id=chg-bridge-1", "/embed/position?actor=orla-byrne&issue=harbour-bridge",
]  # fmt: skip


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_page_answers_with_the_strict_policy(get: Get, feed: Feed, path: str) -> None:
    feed(*world())
    response = get(path)
    assert response.status_code == 200
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_no_page_carries_foreign_markup_or_leads_astray(get: Get, feed: Feed, path: str) -> None:
    feed(*world())
    page = get(path).text
    assert "<script" not in page
    assert "<img src=x" not in page
    assert "\u202e" not in page
    assert not re.findall(r"""(?:href|src|cite)=["'](?:javascript|data|vbscript):""", page)
    assert "evil.example/" not in re.findall(r'href="([^"]*)"', page)
    assert " style=" not in page


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_no_page_asks_anybody_else_for_anything(get: Get, feed: Feed, path: str) -> None:
    feed(*world())
    loaded = re.findall(r'<(?:link|img|script|iframe)\b[^>]*?(?:href|src)="([^"]*)"', get(path).text)
    assert loaded
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded)


def test_only_cards_may_be_framed(get: Get, feed: Feed) -> None:
    feed(statement(), change())
    assert "frame-ancestors 'none'" in get("/").headers["content-security-policy"]
    assert "frame-ancestors *" in get("/embed/change?id=c1").headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    ["/changes/none", "/timeline/no/body", "/actors/nobody", "/issues/none", "/nowhere", "/api/change?id=x"],
)
def test_what_is_not_there_is_a_404_that_helps(get: Get, path: str) -> None:
    response = get(path)
    assert response.status_code == 404
    assert "nothing at this address" in response.text


@pytest.mark.parametrize(
    "path",
    ["/search?stance=maybe", "/search?since=yesterday", "/search?before=x", "/changes?kind=odd", "/changes?before=99999999999999999999",
     "/search?q=" + "x" * 600, "/timeline/a/b?before=x", "/export/changes.csv?before=-1"],
)  # fmt: skip
def test_a_wrong_address_is_a_400_with_the_reason(get: Get, path: str) -> None:
    assert get(path).status_code == 400


def test_an_answer_that_is_still_the_same_is_not_sent_again(get: Get, feed: Feed) -> None:
    feed(statement())
    tag = get("/").headers["etag"]
    assert get("/", If_None_Match=tag).status_code == 304
    feed(change())
    assert get("/", If_None_Match=tag).status_code == 200


def test_a_page_that_is_not_complete_says_so_and_is_not_ready(get: Get, progress: Progress) -> None:
    progress.caught_up = False
    progress.expect(10)
    assert "still reading the topics: 0 of 10 records" in words(get("/"))
    assert get("/readyz").status_code == 503
    assert get("/healthz").status_code == 200


def test_a_permalink_does_not_seem_dead_while_the_topics_are_read(get: Get, progress: Progress) -> None:
    progress.caught_up = False
    response = get("/changes/not-read-yet")
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")


def test_metrics_name_pages_and_never_paths(get: Get, feed: Feed) -> None:
    feed(change())
    get("/changes/c1")
    text = get("/metrics").text
    assert 'stancewatch_timeline_request_duration_seconds_count{page="change",status="2xx"}' in text
    assert "c1" not in text


def test_nothing_can_be_written(get: Get, database: Path) -> None:
    import sqlite3

    from timeline.read_model.database import Readers

    with pytest.raises(sqlite3.OperationalError, match="attempt to write"):
        Readers(database).connection().execute("DELETE FROM statements")


@pytest.mark.parametrize("url", ["ftp://x", "news.example", "https://", "https://a.example?x=1"])
def test_a_wrong_public_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must be an address"):
        TimelineSettings(timeline_public_url=url)
