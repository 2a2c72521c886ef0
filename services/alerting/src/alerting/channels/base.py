"""What a channel owes its caller, and the three ways in which it may fail.

NotSent    it certainly did not go out; worth another try (429, refused connection)
MaybeSent  no or an unclear answer: it may have gone out; the caller looks for it first, where it can
Refused    it never will (wrong channel, bad token, message too large): the delivery becomes a dead letter
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from stancewatch_schemas.models import Post
from stancewatch_shared.errors import Invalid, Transient

from alerting.letter import Letter


class NotSent(Transient):
    """Certainly not delivered. ``retry_after_seconds``: what the receiver asked for."""


class MaybeSent(Transient):
    """Perhaps delivered."""


class Refused(Invalid):
    """Never will be delivered. ``reason`` holds no secret and no foreign text."""


class Channel(Protocol):
    """A way to reach a receiver. Used by one thread only; every call has a timeout of its own.

    Implementations escape foreign text for their own syntax, and put no secret into an error or a log.
    """

    can_thread: bool
    """Follow-ups stand below the head, and the head can be edited and found again."""

    def send(self, letter: Letter, head: Post | None) -> Post:
        """Deliver; ``head`` is the alert's head message for what belongs into its thread."""
        ...

    def update(self, letter: Letter, post: Post) -> None:
        """Make an own message say what ``letter`` says now. Only called when ``can_thread``."""
        ...

    def find(self, letter_id: str, since: datetime, head: Post | None) -> Post | None:
        """An own message sent after ``since`` that carries this id. Only called when ``can_thread``."""
        ...


class OneWay:
    """Base of the channels that can only send."""

    can_thread = False

    def update(self, letter: Letter, post: Post) -> None:
        raise NotImplementedError

    def find(self, letter_id: str, since: datetime, head: Post | None) -> Post | None:
        raise NotImplementedError
