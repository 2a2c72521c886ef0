"""Every channel keeps the promises of channels/base.py, against a real local server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from alerting.channels.alertmanager import AlertmanagerChannel
from alerting.channels.apprise_channel import AppriseChannel
from alerting.channels.base import Channel, MaybeSent, NotSent, Refused
from alerting.channels.build import build_channel
from alerting.channels.console import Console
from alerting.channels.slack_bot import SlackBotChannel
from alerting.channels.slack_webhook import SlackWebhookChannel
from alerting.channels.webhook import WebhookChannel
from alerting.receivers import Receiver
from alerting.settings import AlertingSettings
from alerting.signatures import sign_webhook
from stancewatch_shared.clock import FakeClock
from stancewatch_shared.errors import UserError
from stancewatch_shared.settings import load_settings

from tests.component.alerting.channel_letter import letter
from tests.component.alerting.http_recorder import Recorder, closed_port, recording
from tests.unit.alerting.builders import NOON, amendment, change, position

SECRET = "s3cr3t-in-the-address"
Build = Callable[[str], Channel]

BUILDERS: dict[str, Build] = {
    "slack": lambda url: SlackBotChannel("xoxb-" + SECRET, "C1", api_url=f"{url}/api/"),
    "slack_webhook": lambda url: SlackWebhookChannel(f"{url}/services/{SECRET}"),
    "webhook": lambda url: WebhookChannel(f"{url}/{SECRET}", SECRET, "/stancewatch/alerting"),
    "alertmanager": lambda url: AlertmanagerChannel(f"{url}/{SECRET}", timedelta(hours=1)),
}


@pytest.fixture
def server() -> Iterator[Recorder]:
    with recording() as recorder:
        yield recorder


@pytest.mark.parametrize("name", BUILDERS)
@pytest.mark.parametrize(
    ("status", "headers", "expected", "retry_after_seconds"),
    [
        (429, {"Retry-After": "7"}, NotSent, 7.0),
        (429, {}, NotSent, 30.0),
        (500, {}, MaybeSent, None),
        (502, {}, MaybeSent, None),
        (0, {}, MaybeSent, None),
    ],
)
def test_a_failure_has_one_of_three_fates_and_tells_no_secret(
    server: Recorder,
    name: str,
    status: int,
    headers: dict[str, str],
    expected: type,
    retry_after_seconds: float | None,
) -> None:
    server.status, server.headers = status, headers
    with pytest.raises(expected) as caught:
        BUILDERS[name](server.url).send(letter(), None)
    assert caught.value.retry_after_seconds == retry_after_seconds
    assert SECRET not in str(caught.value)
    assert len(server.requests) == 1  # no library repeats it behind our back


@pytest.mark.parametrize("name", ["slack_webhook", "webhook", "alertmanager"])
@pytest.mark.parametrize("status", [400, 403, 404, 410, 302])
def test_what_will_never_work_is_refused(server: Recorder, name: str, status: int) -> None:
    server.status, server.headers = status, {"Location": "http://127.0.0.1:1/"}
    with pytest.raises(Refused) as caught:
        BUILDERS[name](server.url).send(letter(), None)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("name", BUILDERS)
def test_nobody_listening_is_certainly_not_sent(name: str) -> None:
    with pytest.raises(NotSent) as caught:
        BUILDERS[name](f"http://127.0.0.1:{closed_port()}").send(letter(), None)
    assert SECRET not in str(caught.value)


# --- generic webhook ----------------------------------------------------------------------------------


def test_a_webhook_is_a_signed_cloud_event(server: Recorder) -> None:
    WebhookChannel(server.url, SECRET, "/stancewatch/alerting", FakeClock(NOON)).send(letter(), None)
    _, headers, body = server.requests[0]
    event = json.loads(body)
    assert (event["specversion"], event["id"], event["type"], event["subject"]) == (
        "1.0",
        "c1/head/desk",
        "stancewatch.alert.head.v1",
        "c1",
    )
    assert event["data"]["alerts"][0]["change"]["from"]["quote"] == "No ferry at night"
    assert headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert headers["webhook-signature"] == sign_webhook(SECRET, "c1/head/desk", int(NOON.timestamp()), body)
    assert headers["traceparent"].startswith("00-")


def test_a_repeat_has_the_same_id(server: Recorder) -> None:
    channel = BUILDERS["webhook"](server.url)
    channel.send(letter(), None)
    channel.send(letter(), None)
    assert len({headers["webhook-id"] for _, headers, _ in server.requests}) == 1


# --- Alertmanager -------------------------------------------------------------------------------------


def test_alertmanager_gets_an_alert_that_a_withdrawal_resolves(server: Recorder) -> None:
    channel = AlertmanagerChannel(server.url, timedelta(hours=1), FakeClock(NOON))
    channel.send(letter(), None)
    channel.send(letter(change(), amendment("withdrawn")), None)
    (path, _, first), (_, _, second) = server.requests
    assert path == "/api/v2/alerts"
    active, resolved = json.loads(first)[0], json.loads(second)[0]
    assert active["labels"] == resolved["labels"]
    assert active["endsAt"] == "2031-04-10T13:00:00+00:00"
    assert resolved["endsAt"] == "2031-04-10T12:00:00+00:00"
    assert active["generatorURL"] == "https://timeline.example/changes/c1"


# --- Apprise ------------------------------------------------------------------------------------------


# Apprise imports imghdr, which Python 3.11 calls deprecated.
apprise_imports_imghdr = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def apprise_url(server: Recorder) -> str:
    return server.url.replace("http://", "json://") + "/hook"


@apprise_imports_imghdr
def test_apprise_gets_plain_text_without_live_markup(server: Recorder) -> None:
    hostile = "<!channel> @everyone [Reuters](https://evil.example) <b>x</b>"
    AppriseChannel(apprise_url(server)).send(letter(change(to=position("support", hostile))), None)
    sent = json.loads(server.requests[0][2])
    assert "Ilse Varn on Night ferry: oppose → support" in sent["title"]
    for live in ("<!channel>", "@everyone", "](", "<b>"):
        assert live not in sent["message"]


@apprise_imports_imghdr
def test_apprise_that_fails_may_have_been_sent(server: Recorder) -> None:
    server.status = 500
    with pytest.raises(MaybeSent):
        AppriseChannel(apprise_url(server)).send(letter(), None)


@apprise_imports_imghdr
@pytest.mark.parametrize(
    "url", ["mailo://ann:hunter2@mail.example", "hunter2", "json://", "mailto://ann:hunter2@"]
)
def test_an_address_that_is_not_understood_is_logged_nowhere(
    caplog: pytest.LogCaptureFixture, url: str
) -> None:
    assert AppriseChannel(f"json://127.0.0.1 {url}").not_understood == [2]
    assert "hunter2" not in caplog.text


# --- console, and building ----------------------------------------------------------------------------


def test_the_console_cannot_be_steered(capsys: pytest.CaptureFixture[str]) -> None:
    Console().send(letter(change(to=position("support", "\x1b[2J\x1b]0;title\x07 yes \u202e"))), None)
    printed = capsys.readouterr().out
    assert not {"\x1b", "\x07", "\u202e"} & set(printed)
    assert "No ferry at night" in printed


@apprise_imports_imghdr
@pytest.mark.parametrize(
    ("channel", "environment", "told"),
    [
        ({"webhook": {"url_env": "HOOK"}}, {}, "HOOK is not set"),
        ({"webhook": {"url_env": "HOOK"}}, {"HOOK": "ftp://x"}, "HOOK holds no http"),
        (
            {"apprise": {"urls_env": "MAIL"}},
            {"MAIL": "json://x nosuch://x"},
            "address 2 in MAIL is not understood",
        ),
        ({"apprise": {"urls_env": "MAIL"}}, {"MAIL": " "}, "no address in MAIL is not understood"),
        ({"slack": {"channel": "C1"}}, {}, "STANCEWATCH_SLACK_BOT_TOKEN is not set"),
    ],
)
def test_a_missing_secret_is_told_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, channel: dict[str, Any], environment: dict[str, str], told: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UserError, match=told):
        build_channel(Receiver.model_validate({"name": "a", **channel}), load_settings(AlertingSettings))


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    path = tmp_path / "hook"
    path.write_text("http://127.0.0.1:9/\n")
    monkeypatch.setenv("HOOK_FILE", str(path))
    receiver = Receiver.model_validate({"name": "a", "webhook": {"url_env": "HOOK"}})
    assert isinstance(build_channel(receiver, load_settings(AlertingSettings)), WebhookChannel)
