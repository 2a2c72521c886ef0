"""Settings that are wrong are told at the start, by their variable and with what to change."""

from __future__ import annotations

import pytest
from alerting.settings import AlertingSettings
from stancewatch_shared.errors import UserError
from stancewatch_shared.settings import load_settings


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("STANCEWATCH_ALERTING_LINK_SECRET", "short", "has fewer than 16 characters: take a random one"),
        ("STANCEWATCH_ALERTING_PUBLIC_URL", "alerts.example.org", "must be an address such as https://"),
        ("STANCEWATCH_TIMELINE_URL", "javascript:alert(1)", "must be an address such as https://"),
        ("STANCEWATCH_SLACK_CHANNEL", "#politics", "is no channel id: take the one at the end"),
        ("STANCEWATCH_SLACK_TRIAGE_CHANNEL", "triage", "is no channel id: take the one at the end"),
        ("STANCEWATCH_ALERTING_LINK_DAYS", "0", "greater than or equal to 1"),
    ],
)
def test_a_wrong_setting_is_told(monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(UserError, match=says) as caught:
        load_settings(AlertingSettings)
    assert name in str(caught.value)


def test_a_secret_is_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANCEWATCH_ALERTING_LINK_SECRET", "hunter2")
    with pytest.raises(UserError) as caught:
        load_settings(AlertingSettings)
    assert "hunter2" not in str(caught.value)
