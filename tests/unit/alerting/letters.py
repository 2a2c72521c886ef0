"""Letters for the tests of what is said, and how Slack shows them."""

from __future__ import annotations

from alerting.compose import Links, entry_of
from alerting.letter import Letter
from alerting.slack_message import message
from stancewatch_schemas.models import StanceChange

from deploy.demo.fake_slack import Message, as_text, check_message
from tests.unit.alerting.builders import change, position, routes, view

LINKS = Links("https://timeline.example", "https://alerts.example", "0123456789abcdef")
ONLY_IF = position("support", "Only if the state pays", conditional=True, source="Coast Courier")


def head(*changes: StanceChange) -> Letter:
    return Letter(id="d1", role="head", entries=(entry_of(view(*changes), "desk", routes(), LINKS),))


def follow_up(change_: StanceChange) -> Letter:
    entries = head(change(), change_).entries
    return Letter(id="d2", role="follow_up", entries=entries, change=change_)


def shown(letter: Letter, interactive: bool = True, in_thread: bool = True) -> str:
    """As Slack shows it; fails where Slack would refuse it."""
    content = message(letter, interactive, in_thread)
    check_message(content)
    return as_text(Message("C", "1", content["text"], content["blocks"]))
