"""From a receiver's settings to its channel; a missing secret is told at start, by the variable's name."""

from __future__ import annotations

from stancewatch_shared.errors import UserError

from alerting.channels.alertmanager import AlertmanagerChannel
from alerting.channels.base import Channel
from alerting.channels.console import Console
from alerting.channels.feed import FeedChannel
from alerting.channels.slack_bot import SlackBotChannel
from alerting.channels.slack_webhook import SlackWebhookChannel
from alerting.channels.webhook import WebhookChannel
from alerting.escape import is_web_address
from alerting.receivers import Receiver
from alerting.settings import AlertingSettings, secret_from_environment

SOURCE = "/stancewatch/alerting"


def build_channel(receiver: Receiver, settings: AlertingSettings) -> Channel:
    """Raises UserError when a variable the receiver names isn't set or holds no address."""
    if receiver.slack is not None:
        return SlackBotChannel(
            _needed(receiver, receiver.slack.token_env, settings),
            receiver.slack.channel,
            interactive=settings.slack_signing_secret is not None,
            api_url=settings.slack_api_url,
        )
    if receiver.slack_webhook is not None:
        return SlackWebhookChannel(_address(receiver, receiver.slack_webhook.url_env, settings))
    if receiver.webhook is not None:
        secret_env = receiver.webhook.secret_env
        secret = None if secret_env is None else _needed(receiver, secret_env, settings)
        return WebhookChannel(_address(receiver, receiver.webhook.url_env, settings), secret, SOURCE)
    if receiver.alertmanager is not None:
        url = _address(receiver, receiver.alertmanager.url_env, settings)
        return AlertmanagerChannel(url, receiver.alertmanager.active_for)
    if receiver.apprise is not None:
        from alerting.channels.apprise_channel import AppriseChannel  # slow to import, and few need it

        channel = AppriseChannel(_needed(receiver, receiver.apprise.urls_env, settings))
        if not channel.is_usable:
            wrong = ", ".join(f"address {number}" for number in channel.not_understood) or "no address"
            raise UserError(
                f"receiver {receiver.name}: {wrong} in {receiver.apprise.urls_env} is not understood by Apprise"
            )
        return channel
    return FeedChannel() if receiver.feed is not None else Console()


def _address(receiver: Receiver, variable: str, settings: AlertingSettings) -> str:
    url = _needed(receiver, variable, settings)
    if not is_web_address(url):
        raise UserError(f"receiver {receiver.name}: {variable} holds no http(s) address")
    return url


def _needed(receiver: Receiver, variable: str, settings: AlertingSettings) -> str:
    own = variable.removeprefix("STANCEWATCH_").lower()
    value = settings.secret(own) if own in ("slack_bot_token", "slack_webhook_url") else None
    value = value or secret_from_environment(variable)
    if value is None:
        raise UserError(
            f"receiver {receiver.name}: {variable} is not set: set it, or {variable}_FILE to a file that holds it"
        )
    return value
