"""Settings of the alerting service, and the routes they stand for when there is no routes file."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict
from stancewatch_shared.errors import UserError
from stancewatch_shared.settings import ServiceSettings

from alerting.escape import is_web_address
from alerting.receivers import Nothing, Receiver, SlackBot, SlackWebhook, channel_id
from alerting.routes import Match, Route, Routes

DEFAULT_CAP_PER_HOUR = 30
SHORTEST_LINK_SECRET_CHARS = 16


class AlertingSettings(ServiceSettings):
    """Prefix STANCEWATCH_; secrets also by file (NAME_FILE)."""

    # Compose hands on variables that aren't set as empty ones: empty is not set.
    model_config = SettingsConfigDict(env_ignore_empty=True)

    http_port: int = Field(
        8103, ge=0, le=65535, description="/metrics, /healthz, /readyz; 0 takes a free port"
    )
    alerting_public_port: int = Field(
        8113, ge=0, le=65535, description="verdict links, Slack interactivity, feeds; 0 takes a free port"
    )
    alerting_routes: Path | None = Field(
        None, description="routes.yaml; without it the Slack variables decide"
    )
    alerting_console: bool = Field(True, description="also print alerts, where there is no routes file")
    alerting_ledger_days: int = Field(400, ge=7, description="how long what was sent is remembered")
    alerting_stale_after_days: int = Field(
        7, ge=1, description="a change that lay in Kafka for longer opens no alert (old news is not new)"
    )
    slack_webhook_url: SecretStr | None = Field(None, description="an incoming webhook")
    slack_bot_token: SecretStr | None = Field(
        None, description="xoxb-..., scopes chat:write, channels:history"
    )
    slack_channel: str | None = Field(
        None, description="channel id for confirmed alerts (for all, without triage)"
    )
    slack_triage_channel: str | None = Field(None, description="channel id for possible alerts")
    slack_signing_secret: SecretStr | None = Field(None, description="makes the verdict buttons work")
    slack_api_url: str = Field("https://slack.com/api/", description="another one is for tests and the demo")
    alerting_link_secret: SecretStr | None = Field(
        None, description="signs verdict links, for channels without buttons"
    )
    alerting_link_days: int = Field(90, ge=1, description="how long a verdict link may be used")
    alerting_public_url: str | None = Field(None, description="how editors reach the public port")
    timeline_url: str | None = Field(None, description="how editors reach the timeline page")

    @field_validator("alerting_link_secret")
    @classmethod
    def _is_hard_to_guess(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SHORTEST_LINK_SECRET_CHARS:
            raise ValueError(
                f"has fewer than {SHORTEST_LINK_SECRET_CHARS} characters: take a random one (openssl rand -hex 16)"
            )
        return value

    @field_validator("slack_channel", "slack_triage_channel")
    @classmethod
    def _is_a_channel_id(cls, value: str | None) -> str | None:
        return value if value is None else channel_id(value)

    @field_validator("alerting_public_url", "timeline_url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is not None and not is_web_address(value):
            raise ValueError("must be an address such as https://alerts.example.org")
        return value

    def secret(self, name: str) -> str | None:
        """The plain value of a secret field."""
        value: SecretStr | None = getattr(self, name)
        return None if value is None else value.get_secret_value()


def default_routes(settings: AlertingSettings) -> Routes:
    """One desk, by environment alone: Slack if configured, and the console."""
    receivers: list[Receiver] = []
    routes: list[Route] = []
    if settings.slack_bot_token is not None:
        if settings.slack_channel is None:
            raise UserError("STANCEWATCH_SLACK_BOT_TOKEN also needs STANCEWATCH_SLACK_CHANNEL (a channel id)")
        receivers.append(_slack("slack", settings.slack_channel))
        desk = Match()
        if settings.slack_triage_channel is not None:
            receivers.append(_slack("slack-triage", settings.slack_triage_channel))
            routes.append(Route(name="triage", receivers=("slack-triage",), match=Match(tier="possible")))
            desk = Match(tier="confirmed")
        routes.append(Route(name="desk", receivers=("slack",), match=desk))
    elif settings.slack_webhook_url is not None:
        receivers.append(
            Receiver(name="slack", slack_webhook=SlackWebhook(), cap_per_hour=DEFAULT_CAP_PER_HOUR)
        )
        routes.append(Route(name="desk", receivers=("slack",)))
    if settings.alerting_console or not receivers:
        receivers.append(Receiver(name="console", console=Nothing()))
        routes.append(Route(name="console", receivers=("console",)))
    return Routes(receivers=tuple(receivers), routes=tuple(routes))


def _slack(name: str, channel: str) -> Receiver:
    return Receiver(
        name=name,
        slack=SlackBot(channel=channel),
        cap_per_hour=DEFAULT_CAP_PER_HOUR,
        give_up_after=timedelta(days=1),
    )


def secret_from_environment(name: str, environment: Any = os.environ) -> str | None:
    """The variable ``name``, or the content of the file its ``_FILE`` twin points to."""
    value = environment.get(name)
    if value:
        return str(value)
    path = environment.get(f"{name}_FILE")
    if not path:
        return None
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise UserError(f"{name}_FILE points to {path}, which cannot be read ({reason})") from None
