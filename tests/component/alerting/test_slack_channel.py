"""Slack by bot and by incoming webhook, against the local Slack with its limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from alerting.channels.base import MaybeSent, Refused
from alerting.channels.slack_bot import SlackBotChannel
from alerting.channels.slack_webhook import SlackWebhookChannel
from alerting.letter import Letter

from deploy.demo.fake_slack import FakeSlack, Faults
from tests.component.alerting.channel_letter import letter
from tests.unit.alerting.builders import amendment, change


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        yield fake


def bot(slack: FakeSlack, token: str = "xoxb-fake") -> SlackBotChannel:
    return SlackBotChannel(token, "C1", interactive=True, api_url=slack.api_url)


def test_a_bot_posts_threads_updates_and_finds_its_own_post(slack: FakeSlack) -> None:
    channel = bot(slack)
    head = channel.send(letter(), None)
    reply = Letter(
        id="c1/2/follow_up/desk", role="follow_up", entries=letter().entries, change=amendment("withdrawn")
    )
    told = channel.send(reply, head)
    channel.update(letter(change(), amendment("withdrawn")), head)
    assert [each.thread_ts for each in slack.messages] == [None, head.ts]
    assert "WITHDRAWN" in slack.messages[0].text
    from stancewatch_shared.clock import SystemClock

    since = SystemClock().now()
    assert channel.find("c1/head/desk", since, None) == head
    assert channel.find("c1/2/follow_up/desk", since, head) == told
    assert channel.find("unknown", since, None) is None


def test_an_own_post_is_found_on_a_later_page(slack: FakeSlack) -> None:
    from stancewatch_shared.clock import SystemClock

    channel = bot(slack)
    mine = channel.send(letter(), None)
    for _ in range(450):
        slack.workspace.post("C1", {"text": "chatter"})
    assert channel.find("c1/head/desk", SystemClock().now(), None) == mine


@pytest.mark.parametrize(
    ("token", "channels", "word"),
    [("xoxb-no", None, "invalid_auth"), ("xoxb-fake", set(), "channel_not_found")],
)
def test_slacks_refusal_is_told_in_its_own_word(
    slack: FakeSlack, token: str, channels: Any, word: str
) -> None:
    slack.workspace.channels = channels
    with pytest.raises(Refused) as caught:
        bot(slack, token).send(letter(), None)
    assert caught.value.reason == word


def test_a_head_that_is_gone_does_not_fail_its_follow_up(slack: FakeSlack) -> None:
    channel = bot(slack)
    head = channel.send(letter(), None)
    slack.workspace.messages.clear()
    channel.update(letter(), head)


def test_a_lost_response_leaves_a_post_that_can_be_found(slack: FakeSlack) -> None:
    from stancewatch_shared.clock import SystemClock

    slack.workspace.faults = Faults(lose_responses=1)
    channel = bot(slack)
    with pytest.raises(MaybeSent):
        channel.send(letter(), None)
    assert channel.find("c1/head/desk", SystemClock().now(), None) is not None


def test_a_webhook_posts_within_the_limits(slack: FakeSlack) -> None:
    SlackWebhookChannel(slack.webhook_url).send(letter(), None)
    assert "Ilse Varn" in slack.messages[0].text
