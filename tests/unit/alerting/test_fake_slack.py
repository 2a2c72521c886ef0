"""The local Slack refuses what Slack refuses, or tests against it would prove nothing."""

from __future__ import annotations

from typing import Any

import pytest

from deploy.demo.fake_slack import Message, Refusal, check_message, mentions, shown_mrkdwn


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
