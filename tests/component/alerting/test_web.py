"""The public pages besides verdicts: feeds and the error rate, and nothing else."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
import requests


def test_the_atom_feed_is_well_formed_and_keeps_hostile_text_as_text(url: str) -> None:
    answer = requests.get(f"{url}/feeds/desk.atom", timeout=5)
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    entry = ElementTree.fromstring(answer.content).find("{http://www.w3.org/2005/Atom}entry")
    assert entry is not None
    texts = {child.tag.partition("}")[2]: child for child in entry}
    assert texts["title"].text == "WITHDRAWN: Ilse Varn on Night ferry: oppose → support (Harbour Post)"
    assert "<script>" in (texts["content"].text or "")
    assert texts["content"].get("type") == "text"
    assert b"<script" not in answer.content


@pytest.mark.parametrize("kind", ["atom", "json"])
def test_a_feed_is_public_and_lets_nobody_judge(url: str, kind: str) -> None:
    assert "/verdict?" not in requests.get(f"{url}/feeds/desk.{kind}", timeout=5).text


def test_the_json_feed_has_the_same(url: str) -> None:
    feed = requests.get(f"{url}/feeds/desk.json", timeout=5).json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["items"][0]["url"] == "https://timeline.example/changes/c1"
    assert "content_html" not in feed["items"][0]


@pytest.mark.parametrize("path", ["/feeds/other.atom", "/feeds/other.json", "/metrics", "/"])
def test_nothing_else_is_public(url: str, path: str) -> None:
    assert requests.get(f"{url}{path}", timeout=5).status_code == 404


def test_the_error_rate_is_published(url: str) -> None:
    assert requests.get(f"{url}/error-rate.json", timeout=5).json() == {"error_ratio": None}
