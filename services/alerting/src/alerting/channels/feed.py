"""A feed is read, not sent: being in the ledger is being delivered (feeds.py renders it)."""

from __future__ import annotations

from stancewatch_schemas.models import Post

from alerting.channels.base import OneWay
from alerting.letter import Letter


class FeedChannel(OneWay):
    """Does nothing, successfully."""

    def send(self, letter: Letter, head: Post | None) -> Post:  # noqa: ARG002 - one way
        return Post(channel="feed", ts=letter.id[:512])
