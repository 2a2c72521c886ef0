"""`stancewatch silence` and `stancewatch dlq replay` against the running service."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from stancewatch_shared.cli import run
from stancewatch_shared.settings import KafkaSettings

from deploy.demo.fake_slack import FakeSlack
from tests.integration.alerting.service import CHANNEL, Service, publish, running, wait_for
from tests.unit.alerting.builders import change

_NUMBERS = count()
pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        yield fake


@pytest.fixture
def service(kafka_environment: dict[str, str], slack: FakeSlack, tmp_path: Path) -> Iterator[Service]:
    environment = {
        **kafka_environment,
        "STANCEWATCH_SLACK_BOT_TOKEN": "xoxb-fake",
        "STANCEWATCH_SLACK_CHANNEL": CHANNEL,
        "STANCEWATCH_SLACK_API_URL": slack.api_url,
        "STANCEWATCH_ALERTING_CONSOLE": "false",
    }
    with running(environment, tmp_path / "alerting.log") as started:
        yield started


@pytest.fixture
def command(
    kafka_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Command:
    for name, value in kafka_environment.items():
        monkeypatch.setitem(os.environ, name, value)
    return Command(capfd)


class Command:
    """Runs `stancewatch ...`; returns (exit code, output, errors)."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *words: str) -> tuple[int, str, str]:
        self._capture.readouterr()
        code = run(list(words))
        out, errors = self._capture.readouterr()
        return code, out, errors


def test_a_silence_mutes_until_it_is_ended(
    service: Service, slack: FakeSlack, kafka: KafkaSettings, command: Command
) -> None:
    code, out, _ = command(
        "silence", "add", "--actor", "ilse", "--for", "2h", "--owner", "ann", "--reason", "live blog"
    )
    assert code == 0
    silence_id = out.split()[0]
    assert "ann: live blog" in command("silence", "list")[1]
    publish(kafka, change("muted"))
    wait_for(lambda: 'stancewatch_alert_decisions_total{reason="silenced"} 1.0' in service.metrics())
    assert command("silence", "expire", silence_id)[0] == 0
    assert "no silences" in command("silence", "list")[2]
    wait_for(lambda: _is_told(slack, kafka, "told"))
    assert all("muted" not in str(each.metadata) for each in slack.messages)


def test_an_unknown_silence_is_told(command: Command, kafka: KafkaSettings) -> None:
    code, _, errors = command("silence", "expire", "s-nosuch")
    assert code == 2
    assert "there is no silence 's-nosuch'" in errors


def test_a_replayed_dead_letter_is_sent_to_whom_it_failed(
    service: Service, slack: FakeSlack, kafka: KafkaSettings, command: Command
) -> None:
    slack.workspace.channels = set()
    publish(kafka, change())
    wait_for(lambda: 'error="refused"' in service.metrics())
    slack.workspace.channels = {CHANNEL}
    listed = command("dlq", "list")[1]
    assert "refused: channel_not_found" in listed
    assert command("dlq", "replay", "stance-changes/alerting/slack/c1")[0] == 0
    wait_for(lambda: len(slack.messages) == 1)


def _is_told(slack: FakeSlack, kafka: KafkaSettings, prefix: str) -> bool:
    """The service follows silences by polling: try with fresh changes until one is told."""
    publish(kafka, change(f"{prefix}{next(_NUMBERS)}"))
    return bool(slack.messages)
