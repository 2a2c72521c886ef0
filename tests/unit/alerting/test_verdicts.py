"""Editors' verdicts: signatures, counting, and the live error rate."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from alerting.compose import Links
from alerting.signatures import is_from_slack, is_our_link, sign_slack, sign_webhook
from alerting.slack_clicks import verdict_clicks
from alerting.verdicts import WORDS, VerdictBook, calibration, error_rate, make_verdict, wilson, with_verdict
from hypothesis import given
from hypothesis import strategies as st
from stancewatch_schemas.codec import encode
from stancewatch_schemas.models import Delivery, Post, Verdict
from timeline.read_model.error_rate import summarise

from tests.unit.alerting.builders import NOON, Bench, alert, change, view


def verdict(
    alert_id: str = "c1", word: str = "true", by: str = "U1", minutes: int = 0, confidence: float = 0.97
) -> Verdict:
    when = NOON + timedelta(minutes=minutes)
    made = make_verdict(
        view(change(alert_id, confidence=confidence)), word, by, "slack", "desk", when, when.isoformat()
    )
    assert made.alert_id == alert_id
    return made


def test_the_newest_verdict_of_an_editor_counts() -> None:
    rate = error_rate([verdict(word="not_a_change"), verdict(word="true", minutes=1)])
    assert (rate.judged, rate.wrong) == (1, 0)


def test_an_alert_is_wrong_unless_more_editors_say_true() -> None:
    votes = [
        verdict("a", "wrong_person", "U1"),
        verdict("a", "not_a_change", "U2"),
        verdict("a", "true", "U3"),
        verdict("b", "true", "U1"),
        verdict("b", "not_a_change", "U2"),
        verdict("c", "true"),
    ]
    rate = error_rate(votes)
    assert (rate.judged, rate.wrong, rate.ratio) == (3, 2, 2 / 3)


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from(WORDS), st.sampled_from(["U1", "U2", "U3"])),
        unique_by=lambda vote: (vote[0], vote[2]),
    )
)
def test_the_timeline_publishes_the_same_rate(votes: list[tuple[str, str, str]]) -> None:
    voices: dict[str, dict[str, int]] = {}
    for alert_id, word, _ in votes:
        of_alert = voices.setdefault(alert_id, {})
        of_alert[word] = of_alert.get(word, 0) + 1
    ours, theirs = error_rate([verdict(*vote) for vote in votes]), summarise(voices)
    assert (ours.judged, ours.wrong, ours.ratio) == (theirs.judged, theirs.wrong, theirs.rate)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high))


def test_nothing_judged_has_no_rate() -> None:
    assert error_rate([]).ratio is None
    assert wilson(0, 0) == (0.0, 1.0)


def test_wilson_agrees_with_the_published_value() -> None:
    low, high = wilson(1, 10)
    assert (round(low, 4), round(high, 4)) == (0.0179, 0.4042)


def test_calibration_compares_confidence_with_what_was_right() -> None:
    votes = [
        verdict("a", confidence=0.95),
        verdict("b", "not_a_change", confidence=0.91),
        verdict("c", confidence=0.85),
    ]
    assert [
        (each["confidence_from"], each["judged"], each["right_ratio"]) for each in calibration(votes)
    ] == [
        (0.8, 1, 1.0),
        (0.9, 2, 0.5),
    ]


def test_a_verdict_is_shown_once_where_the_head_stands() -> None:
    head = Delivery(
        receiver="desk", change_id="c1", role="head", state="sent", reason="notify", due_at=NOON, sent_at=NOON,
        post=Post(channel="C", ts="1"),
    )  # fmt: skip
    known = alert(
        change(), deliveries=[head, head.model_copy(update={"receiver": "other", "state": "muted"})]
    )
    shown = with_verdict(known, verdict(), NOON)
    assert shown is not None
    assert [(each.receiver, each.role) for each in shown.deliveries[2:]] == [("desk", "verdict")]
    assert with_verdict(shown, verdict(), NOON) is None


def test_the_book_counts_a_repeated_record_once() -> None:
    seen: list[Verdict] = []
    book = VerdictBook(seen.append)
    for _ in range(2):
        book.note(b"k", encode(verdict()))
    book.note(b"k", b"no verdict")
    assert len(seen) == len(book.all()) == 1


BODY = b"payload=%7B%7D"


@pytest.mark.parametrize(
    ("secret", "age_seconds", "body", "right"),
    [
        ("s", 0, BODY, True),
        ("other", 0, BODY, False),
        ("s", 301, BODY, False),
        ("s", -301, BODY, False),
        ("s", 0, b"x", False),
    ],
)
def test_slack_requests_need_a_fresh_and_right_signature(
    secret: str, age_seconds: int, body: bytes, right: bool
) -> None:
    signature = sign_slack(secret, "1700000000", BODY)
    assert is_from_slack("s", "1700000000", body, signature, 1_700_000_000 + age_seconds) is right


def test_slacks_own_published_example_is_accepted() -> None:
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert is_from_slack("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body, signature, 1531420618)


@pytest.mark.parametrize("timestamp", ["", "x", "-1", "١", "1e9"])
def test_a_strange_timestamp_is_refused(timestamp: str) -> None:
    assert not is_from_slack("s", timestamp, BODY, "v0=x", 1_700_000_000)


def test_a_link_is_good_for_its_own_verdict_and_day_only() -> None:
    secret, day = "0123456789abcdef", date(2031, 7, 9)
    url = dict(Links(None, "https://a.example", secret, day).verdicts("c1", "desk"))["true"]
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert query["until"] == "2031-07-09"
    assert is_our_link(secret, "c1", "true", "desk", "2031-07-09", query["signature"])
    assert not is_our_link(secret, "c1", "wrong_person", "desk", "2031-07-09", query["signature"])
    assert not is_our_link(secret, "c2", "true", "desk", "2031-07-09", query["signature"])
    assert not is_our_link(secret, "c1", "true", "desk", "2031-07-10", query["signature"])


def test_a_message_written_now_has_links_for_the_time_that_is_set() -> None:
    shared = replace(Bench().shared, link_lifetime=timedelta(days=10))
    assert shared.links_now().until == (NOON + timedelta(days=10)).date()


def test_webhooks_are_signed_as_standard_webhooks_publishes() -> None:
    signed = sign_webhook(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "body", [b"", b"payload=", b"payload=[]", b"payload=%7B%7D", b"\xff\xfe", b"payload=null"]
)
def test_a_strange_click_is_no_verdict(body: bytes) -> None:
    assert verdict_clicks(body) == []
