"""Mail, Teams, Discord and a hundred others by Apprise, as plain text.

Apprise says only whether it worked, so a failure may have gone out to some of the addresses: the repeat says
that it may be one.
"""

from __future__ import annotations

import logging

import apprise
from stancewatch_schemas.models import Post

from alerting.channels.base import MaybeSent, OneWay, Refused
from alerting.escape import neutral
from alerting.letter import Letter
from alerting.text_message import body_of, title_of


def _refuse(_record: logging.LogRecord) -> bool:
    return False


class AppriseChannel(OneWay):
    """``urls``: one or more Apprise addresses, parted by white space. They are secrets."""

    def __init__(self, urls: str) -> None:
        self._apprise = apprise.Apprise(asset=apprise.AppriseAsset(app_id="Stancewatch", secure_logging=True))
        self.not_understood = [
            number for number, url in enumerate(urls.split(), 1) if not self._add_quietly(url)
        ]
        """Which of the addresses are wrong, counted from 1."""
        self.is_usable = bool(urls.split()) and not self.not_understood

    def _add_quietly(self, url: str) -> bool:
        """Apprise logs an address that it does not understand whole, with its password."""
        apprise.logger.addFilter(_refuse)
        try:
            return bool(self._apprise.add(url))
        finally:
            apprise.logger.removeFilter(_refuse)

    def send(self, letter: Letter, head: Post | None) -> Post:  # noqa: ARG002 - one way
        if not self.is_usable:
            raise Refused("one of the Apprise addresses is not understood")
        sent = self._apprise.notify(
            title=title_of(letter, neutral),
            body=body_of(letter, neutral),
            body_format=apprise.NotifyFormat.TEXT,
            interpret_escapes=False,
        )
        if not sent:
            raise MaybeSent("Apprise reports that an address failed")
        return Post(channel="apprise", ts="")
