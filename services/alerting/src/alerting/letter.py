"""What a channel is asked to say, before it's put into the channel's own form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stancewatch_schemas.models import StanceChange, Verdict

from alerting.view import AlertView, Tier

Role = Literal["head", "follow_up", "verdict", "notice", "digest"]


@dataclass(frozen=True)
class Entry:
    """An alert with what depends on the receiver: its links. A link is None where there is no page."""

    view: AlertView
    tier: Tier
    timeline_url: str | None = None
    verdict_urls: tuple[tuple[str, str], ...] = ()
    """(verdict, signed link), for receivers whose buttons are links."""


@dataclass(frozen=True)
class Letter:
    """One message. ``id`` travels with it, so that a restart finds its own post.

    head, follow_up, verdict: ``entries`` holds the one alert; follow_up has ``change``, verdict ``verdict``.
    digest: all its alerts. notice: ``note`` is the whole message.
    """

    id: str
    role: Role
    entries: tuple[Entry, ...] = ()
    change: StanceChange | None = None
    verdict: Verdict | None = None
    note: str = ""
    may_be_repeat: bool = False
    trace: str | None = None

    @property
    def entry(self) -> Entry:
        """The one alert."""
        return self.entries[0]
