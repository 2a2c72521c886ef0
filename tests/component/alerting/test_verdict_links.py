"""Who may judge: signed links with an end, clicks that Slack signed; and what a link preview can't do."""

from __future__ import annotations

import json
import threading
from urllib.parse import urlencode

import pytest
import requests
from alerting.signatures import sign_link, sign_slack

from tests.component.alerting.pages_backend import LINK, SIGNING, Backend
from tests.unit.alerting.builders import NOON, amendment


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


def test_a_kafka_that_hangs_keeps_neither_an_editor_nor_slack_waiting(
    url: str, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerting.web.VERDICT_SECONDS", 0.1)
    backend.hangs = threading.Event()
    body, headers = click(SIGNING)
    try:
        link_answer = requests.post(f"{url}/verdict", data=link(), timeout=5)
        slack_answer = requests.post(f"{url}/slack/interactivity", data=body, headers=headers, timeout=5)
    finally:
        backend.hangs.set()
    assert (link_answer.status_code, slack_answer.status_code) == (503, 503)


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
