"""Atom, CSV and JSON: complete, with the filters of the lists, and harmless."""

from __future__ import annotations

import csv
import io
from xml.etree import ElementTree

import pytest
from timeline.settings import TimelineSettings

from tests.browser.stories import world
from tests.unit.timeline.conftest import Feed, Get
from tests.unit.timeline.messages import amendment, change, statement, verdict

ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_feed_is_atom_and_withdrawn_changes_say_so(get: Get, feed: Feed) -> None:
    feed(*world())
    response = get("/feeds/changes.atom")
    assert response.headers["content-type"].startswith("application/atom+xml")
    root = ElementTree.fromstring(response.text)
    titles = [entry.findtext(f"{ATOM}title") or "" for entry in root.iter(f"{ATOM}entry")]
    assert "Withdrawn: Orla Byrne on Harbour bridge: Supports → Opposes" in titles
    ids = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids) == 4


def test_an_empty_feed_is_a_feed(get: Get) -> None:
    ElementTree.fromstring(get("/feeds/changes.atom").text)


def test_a_feed_takes_the_filters_of_the_list(get: Get, feed: Feed) -> None:
    feed(*world())
    root = ElementTree.fromstring(get("/feeds/changes.atom?actor=etienne-morel").text)
    assert len(list(root.iter(f"{ATOM}entry"))) == 1


def test_the_csv_is_complete_and_holds_no_formula(get: Get, feed: Feed) -> None:
    feed(statement("s1", quote="=1+1, she said"), statement("s2"))
    response = get("/export/statements.csv")
    rows = list(csv.DictReader(io.StringIO(response.text.lstrip("\ufeff"))))
    assert [row["id"] for row in rows] == ["s2", "s1"]
    assert rows[1]["quote"] == "'=1+1, she said"
    assert "attachment" in response.headers["content-disposition"]


def test_an_export_leads_on_to_its_next_part(get: Get, feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("timeline.pages.export.ROWS_A_FILE", 2)
    feed(*(statement(f"s{n}") for n in range(3)))
    first = get("/export/statements.json?stance=oppose").json()
    second = get(first["next"]).json()
    assert [row["id"] for row in first["statements"] + second["statements"]] == ["s2", "s1", "s0"]
    assert second["next"] is None


def test_the_api_gives_every_message_of_a_change(get: Get, feed: Feed) -> None:
    feed(change(), amendment("c1-w", "withdrawn"), verdict("v1", "not_a_change"))
    answer = get("/api/change?id=c1").json()
    assert answer["status"] == "withdrawn"
    assert [event["event"] for event in answer["events"]] == ["changed", "withdrawn"]
    assert answer["verdicts"] == {"not_a_change": 1}


def test_the_api_gives_a_timeline(get: Get, feed: Feed) -> None:
    feed(statement(), change())
    answer = get("/api/timeline?actor=orla-byrne&issue=harbour-bridge").json()
    assert [position["stance"] for position in answer["positions"]] == ["oppose", "support"]
    assert len(answer["statements"]) == 1


def test_the_public_address_is_used_in_feeds_and_permalinks(
    get: Get, feed: Feed, settings: TimelineSettings
) -> None:
    assert settings.timeline_public_url == ""
    feed(change())
    assert "http://stance.example/changes/c1" in get("/feeds/changes.atom").text
