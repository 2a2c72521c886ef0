"""The receivers a routes file can name: who is told, by which channel, how often and when.

Secrets never stand in the file: ``*_env`` names an environment variable (or its ``_FILE`` twin).
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from alerting.durations import Duration, TimeOfDay, Zone

Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
EnvName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$", description="an environment variable's name")]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def channel_id(value: str) -> str:
    """A Slack channel's id. By name it could be posted to, but neither read nor edited: a restart would post twice."""
    if not re.fullmatch(r"[CDG][A-Z0-9]+", value):
        raise ValueError(
            f"{value!r} is no channel id: take the one at the end of the channel's link in Slack, as in C0123456789"
        )
    return value


class Strict(BaseModel):
    """A part of the routes file: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SlackBot(Strict):
    """chat.postMessage with a bot token: threads, edits, buttons, and no duplicate after a crash."""

    channel: Annotated[str, AfterValidator(channel_id)] = Field(
        min_length=1, description="channel id (C0123456789), not its name"
    )
    token_env: EnvName = "STANCEWATCH_SLACK_BOT_TOKEN"  # noqa: S105 - a variable's name


class SlackWebhook(Strict):
    """An incoming webhook: no threads and no edits (Slack's limit); follow-ups are messages of their own."""

    url_env: EnvName = "STANCEWATCH_SLACK_WEBHOOK_URL"


class Webhook(Strict):
    """CloudEvents 1.0 as JSON, signed as Standard Webhooks prescribes when there is a secret."""

    url_env: EnvName
    secret_env: EnvName | None = None


class AppriseUrls(Strict):
    """Mail, Teams, Discord, ... : the variable holds one Apprise address, or several with spaces between."""

    urls_env: EnvName


class Alertmanager(Strict):
    """Prometheus Alertmanager's API v2."""

    url_env: EnvName
    active_for: Duration = Field(timedelta(hours=24), description="how long the alert stays active there")


class Nothing(Strict):
    """A channel without settings."""


class QuietHours(Strict):
    """Nothing but withdrawals and corrections between ``from`` and ``until`` (may cross midnight)."""

    from_: TimeOfDay = Field(alias="from")
    until: TimeOfDay
    zone: Zone
    days: tuple[Day, ...] = Field(DAYS, min_length=1, description="the days on which it begins")

    @model_validator(mode="after")
    def _is_a_span(self) -> QuietHours:
        if self.from_ == self.until:
            raise ValueError("from and until are the same time")
        return self


CHANNELS = ("slack", "slack_webhook", "webhook", "apprise", "alertmanager", "feed", "console")


class Receiver(Strict):
    """One receiver: a name and exactly one channel."""

    name: Name
    slack: SlackBot | None = None
    slack_webhook: SlackWebhook | None = None
    webhook: Webhook | None = None
    apprise: AppriseUrls | None = None
    alertmanager: Alertmanager | None = None
    feed: Nothing | None = Field(None, description="Atom and JSON feed at /feeds/<receiver>.atom and .json")
    console: Nothing | None = Field(None, description="printed on standard output")
    cap_per_hour: int | None = Field(None, ge=1, le=3600, description="more are held and become a digest")
    quiet_hours: tuple[QuietHours, ...] = ()
    give_up_after: Duration = Field(timedelta(days=1), description="then it goes to the dead letters")

    @property
    def channel(self) -> str:
        """The one channel's key."""
        return next(name for name in CHANNELS if getattr(self, name) is not None)

    @model_validator(mode="after")
    def _has_one_channel(self) -> Receiver:
        given = [name for name in CHANNELS if getattr(self, name) is not None]
        if len(given) != 1:
            found = " and ".join(given) if given else "none"
            raise ValueError(f"needs exactly one of {', '.join(CHANNELS)} (it has {found})")
        return self
