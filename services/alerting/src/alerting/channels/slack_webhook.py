"""Slack's incoming webhook: one way only, so follow-ups are messages of their own."""

from __future__ import annotations

import json

from stancewatch_schemas.models import Post

from alerting.channels.base import OneWay
from alerting.channels.http_errors import post, raise_for_answer
from alerting.letter import Letter
from alerting.slack_message import message


class SlackWebhookChannel(OneWay):
    """``url`` is a secret: it's in no error and no log."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, letter: Letter, head: Post | None) -> Post:  # noqa: ARG002 - webhooks have no threads
        content = message(letter, in_thread=False)
        content.pop("metadata")  # webhooks ignore it
        body = {**content, "unfurl_links": False, "unfurl_media": False}
        answer = post(
            self._url, json.dumps(body).encode(), {"Content-Type": "application/json; charset=utf-8"}
        )
        raise_for_answer(answer.status_code, answer.headers, _error_word(answer.text))
        return Post(channel="webhook", ts="")


def _error_word(text: str) -> str:
    """Slack answers with one word such as ``invalid_blocks``; anything else isn't repeated."""
    word = text.strip()
    return word if len(word) < 60 and word.replace("_", "").isalnum() else ""
