"""The public pages: who may judge, what a link preview can't do, feeds and the error rate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
import requests
from alerting.compose import Links
from alerting.feeds import FeedEntry, feed_entries
from alerting.signatures import sign_link, sign_slack
from alerting.view import AlertView
from alerting.web import NotKept, Secrets, build_web
from alerting.web_server import WebServer
from stancewatch_schemas.models import Delivery, Post, StanceChange

from tests.unit.alerting.builders import NOON, alert, amendment, change, position, routes, view

LINK, SIGNING = "0123456789abcdef", "signing"
HOSTILE = "<script>alert(1)</script> <!channel> \u202e"


class Backend:
    """One alert with hostile text; remembers the verdicts given."""

    def __init__(self) -> None:
        self.given: list[tuple[str, ...]] = []
        self.amendments: tuple[StanceChange, ...] = ()
        self.is_kafka_down = False
        self.change = change(to=position("support", HOSTILE))

    def view(self, alert_id: str) -> AlertView | None:
        return view(self.change, *self.amendments) if alert_id == "c1" else None

    def give_verdict(
        self, alert_id: str, word: str, by: str, via: str, receiver: str | None, click: str
    ) -> bool:
        if self.is_kafka_down:
            raise NotKept("down")
        if alert_id == "c1":
            self.given.append((alert_id, word, by, via))
        return alert_id == "c1"

    def feed(self, receiver: str) -> list[FeedEntry] | None:
        if receiver != "desk":
            return None
        head = Delivery(
            receiver="desk", change_id="c1", role="head", state="sent", reason="notify", due_at=NOON, sent_at=NOON,
            post=Post(channel="feed", ts=""),
        )  # fmt: skip
        known = alert(self.change, amendment("withdrawn", explanation=HOSTILE), deliveries=[head])
        return feed_entries(
            [known], "desk", routes(), Links("https://timeline.example", "https://a.example", LINK)
        )

    def error_report(self) -> dict[str, Any]:
        return {"error_ratio": None}

    def now(self) -> datetime:
        return NOON


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def url(backend: Backend) -> Iterator[str]:
    server = WebServer(build_web(backend, Secrets(SIGNING, LINK)), "127.0.0.1", 0)
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


def link(
    alert_id: str = "c1", verdict: str = "true", secret: str = LINK, until: str = "9999-12-31"
) -> dict[str, str]:
    signature = sign_link(secret, alert_id, verdict, "desk", until)
    parts = {"alert": alert_id, "verdict": verdict, "receiver": "desk", "until": until}
    return {**parts, "signature": signature}


def test_opening_a_link_asks_and_judges_nothing(url: str, backend: Backend) -> None:
    answer = requests.get(f"{url}/verdict", params=link(), timeout=5)
    assert answer.status_code == 200
    assert 'method="post"' in answer.text
    assert backend.given == []


@pytest.mark.parametrize(
    "part", ["Ilse Varn", "Night ferry: oppose → support", "No ferry at night", "Harbour Post, 10 Apr 2031"]
)
def test_the_page_tells_what_is_judged(url: str, part: str) -> None:
    assert part in requests.get(f"{url}/verdict", params=link(), timeout=5).text


def test_the_page_of_a_withdrawn_alert_says_so(url: str, backend: Backend) -> None:
    backend.amendments = (amendment("withdrawn", explanation="The Post <retracted> it."),)
    text = requests.get(f"{url}/verdict", params=link(), timeout=5).text
    assert "This alert was withdrawn.</strong> The Post &lt;retracted&gt; it." in text
    assert "Withdrawn (support)" in text


def test_the_form_gives_the_verdict(url: str, backend: Backend) -> None:
    answer = requests.post(f"{url}/verdict", data=link(verdict="wrong_person"), timeout=5)
    assert answer.status_code == 200
    assert backend.given == [("c1", "wrong_person", "desk", "link")]


@pytest.mark.parametrize(
    "query",
    [
        link(secret="another-secret-16"),
        {**link(), "verdict": "wrong_person"},
        {**link(), "alert": "c2"},
        {**link(until="2031-04-09"), "until": "9999-12-31"},
        {name: value for name, value in link().items() if name != "until"},
        {},
    ],
)
def test_a_forged_link_is_refused(url: str, backend: Backend, query: dict[str, str]) -> None:
    for answer in (
        requests.get(f"{url}/verdict", params=query, timeout=5),
        requests.post(f"{url}/verdict", data=query, timeout=5),
    ):
        assert answer.status_code == 403
        assert "Nothing was counted" in answer.text
    assert backend.given == []


def test_a_link_may_be_used_on_its_last_day(url: str) -> None:
    assert requests.get(f"{url}/verdict", params=link(until="2031-04-10"), timeout=5).status_code == 200


def test_an_expired_link_is_refused_and_says_when_it_ended(url: str, backend: Backend) -> None:
    query = link(until="2031-04-09")
    for answer in (
        requests.get(f"{url}/verdict", params=query, timeout=5),
        requests.post(f"{url}/verdict", data=query, timeout=5),
    ):
        assert answer.status_code == 410
        assert "This link has expired" in answer.text
        assert "until 2031-04-09" in answer.text
    assert backend.given == []


def test_an_unknown_alert_is_told(url: str) -> None:
    assert requests.get(f"{url}/verdict", params=link("gone"), timeout=5).status_code == 404


def test_a_verdict_that_could_not_be_kept_is_asked_for_again(url: str, backend: Backend) -> None:
    backend.is_kafka_down = True
    answer = requests.post(f"{url}/verdict", data=link(), timeout=5)
    assert answer.status_code == 503
    assert "press the button again" in answer.text
    body, headers = click(SIGNING)
    assert (
        requests.post(f"{url}/slack/interactivity", data=body, headers=headers, timeout=5).status_code == 503
    )


def test_hostile_text_is_text_on_the_page(url: str) -> None:
    answer = requests.get(f"{url}/verdict", params=link(), timeout=5)
    assert "&lt;script&gt;" in answer.text
    assert "<script" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def click(
    secret: str, action_id: str = "stancewatch_verdict_true", age_seconds: int = 0
) -> tuple[bytes, dict[str, str]]:
    action = {"action_id": action_id, "value": "c1", "action_ts": "1.5"}
    body = urlencode({"payload": json.dumps({"user": {"id": "U1"}, "actions": [action]})}).encode()
    timestamp = str(int(NOON.timestamp()) - age_seconds)
    return body, {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": sign_slack(secret, timestamp, body),
    }


def test_a_click_that_slack_signed_is_a_verdict(url: str, backend: Backend) -> None:
    body, headers = click(SIGNING)
    assert (
        requests.post(f"{url}/slack/interactivity", data=body, headers=headers, timeout=5).status_code == 200
    )
    assert backend.given == [("c1", "true", "U1", "slack")]


@pytest.mark.parametrize(("secret", "age_seconds"), [("wrong", 0), (SIGNING, 600)])
def test_a_click_that_slack_did_not_sign_now_is_refused(
    url: str, backend: Backend, secret: str, age_seconds: int
) -> None:
    body, headers = click(secret, age_seconds=age_seconds)
    assert (
        requests.post(f"{url}/slack/interactivity", data=body, headers=headers, timeout=5).status_code == 401
    )
    assert backend.given == []


def test_a_click_on_a_plain_link_is_accepted_and_ignored(url: str, backend: Backend) -> None:
    body, headers = click(SIGNING, "link_evidence")
    assert (
        requests.post(f"{url}/slack/interactivity", data=body, headers=headers, timeout=5).status_code == 200
    )
    assert backend.given == []


def test_a_huge_body_is_cut_off(url: str) -> None:
    assert requests.post(f"{url}/slack/interactivity", data=b"x" * 300_000, timeout=5).status_code == 413


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
