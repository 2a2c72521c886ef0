"""The local Slack refuses what Slack refuses, or tests against it would prove nothing."""

from __future__ import annotations

from typing import Any

import pytest

from deploy.demo.fake_slack import Message, Refusal, check_message, inbox_page, mentions, shown_mrkdwn


def section(text: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": {"type": "plain_text", "text": "x"}, "action_id": "a", **more}


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ({}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "metadata": {"event_type": "e"}}, "invalid_metadata_format"),
        ({"blocks": [section("x")] * 51}, "invalid_blocks"),
        ({"blocks": [section("x" * 3001)]}, "invalid_blocks"),
        ({"blocks": [section("")]}, "invalid_blocks"),
        (
            {"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]},
            "invalid_blocks",
        ),
        ({"blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "context", "elements": []}]}, "invalid_blocks"),
        ({"blocks": [{"type": "actions", "elements": [button(), button()]}]}, "invalid_blocks"),
        ({"blocks": [{"type": "actions", "elements": [button(url="x" * 3001)]}]}, "invalid_blocks"),
        ({"blocks": [{"type": "actions", "elements": [button(value="x" * 2001)]}]}, "invalid_blocks"),
        ({"blocks": [{"type": "video"}]}, "invalid_blocks"),
        ({"blocks": [{**section("x"), "block_id": "b"}] * 2}, "invalid_blocks"),
    ],
)
def test_a_broken_limit_is_refused_in_slacks_word(content: dict[str, Any], word: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_message(content)
    assert caught.value.word == word


def test_limits_are_inclusive() -> None:
    check_message({"text": "x", "blocks": [section("x" * 3000)] * 50})


def test_it_sees_the_mentions_that_unescaped_text_makes() -> None:
    assert mentions(Message("C", "1", "<!channel> <@U1> <https://x.example|y>", [])) == ["!channel", "@U1"]


def test_links_and_dates_read_as_a_person_sees_them() -> None:
    assert shown_mrkdwn("<https://x.example|Post> &lt;b&gt; <!date^1^{date}|1 Jan 1970>") == (
        "Post (https://x.example) <b> 1 Jan 1970"
    )


def test_the_page_shows_a_message_as_slack_would() -> None:
    section = {
        "type": "mrkdwn",
        "text": "*Now* <https://post.example/a_b_c|Post>, <!date^1^{date}|1 Jan> :no_entry:",
    }
    button = {"type": "button", "text": {"type": "plain_text", "text": "True"}, "action_id": "t"}
    message = Message("C1", "1.0", "", [
        {"type": "header", "text": {"type": "plain_text", "text": "A &amp; B"}},
        {"type": "section", "text": section},
        {"type": "actions", "elements": [button]},
    ])  # fmt: skip
    page = inbox_page([message, Message("C1", "2.0", "Corrected", [], thread_ts="1.0")])
    assert "<h2>A &amp; B</h2>" in page
    assert '<b>Now</b> <a href="https://post.example/a_b_c">Post</a>, 1 Jan ⛔' in page
    assert '<span class="button">True</span>' in page
    assert '<div class="thread"><article class="message">' in page


def test_the_page_runs_nothing_that_a_message_brings() -> None:
    foreign = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    texts = [{"type": "mrkdwn", "text": foreign}, {"type": "plain_text", "text": foreign}]
    page = inbox_page([Message("C1", "1.0", "", [{"type": "section", "text": each} for each in texts])])
    assert "<script" not in page
    assert "<img" not in page
