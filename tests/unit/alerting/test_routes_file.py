"""A wrong routes file: file, line, and what to change."""

from __future__ import annotations

from pathlib import Path

import pytest
from alerting.routes import load_routes, routes_schema
from alerting.settings import AlertingSettings, default_routes
from stancewatch_shared.errors import UserError
from stancewatch_shared.settings import load_settings

GOOD = """
receivers:
  - name: desk
    console: {}
routes:
  - receivers: [desk]
"""
EXAMPLE = Path("services/alerting/routes.example.yaml")


@pytest.mark.parametrize(
    ("wrong", "line", "reason"),
    [
        (GOOD.replace("[desk]", "[dask]"), 6, "there is no receiver 'dask'; known: desk"),
        (GOOD + "    match: {desks: [x]}\n", 7, "there is no desk 'x'; known: none"),
        (GOOD + "    macth: {}\n", 7, "unknown key 'routes[0].macth'"),
        (GOOD.replace("console: {}", "console: {}\n    feed: {}"), 3, "exactly one of"),
        (GOOD.replace("    console: {}\n", "    cap_per_hour: 3\n"), 3, "(it has none)"),
        (GOOD.replace("console: {}", "slack: {channel: '#politics'}"), 4, "'#politics' is no channel id"),
        (GOOD + "    group: {wait: soon}\n", 7, "no duration"),
        (GOOD + "    daily: {at: 07:30, zone: Mars/Base}\n", 7, "no time zone"),
        (GOOD.replace("  - receivers: [desk]\n", "  []\n"), 1, "routes is empty"),
        (GOOD.replace("routes:", "  - name: desk\n    feed: {}\nroutes:"), 5, "'desk' is taken"),
    ],
)
def test_an_error_names_line_and_reason(tmp_path: Path, wrong: str, line: int, reason: str) -> None:
    path = tmp_path / "routes.yaml"
    path.write_text(wrong)
    with pytest.raises(UserError) as caught:
        load_routes(path)
    assert reason in str(caught.value)
    assert f"{path}:" in str(caught.value)
    assert caught.value.line == line or reason == "routes is empty"


def test_the_example_is_in_order() -> None:
    assert len(load_routes(EXAMPLE).receivers) == 5


def test_the_published_schema_is_that_of_the_code() -> None:
    import json

    published = EXAMPLE.with_name("routes.schema.json")
    assert json.loads(published.read_text()) == json.loads(json.dumps(routes_schema()))


def test_the_published_schema_accepts_the_example_and_refuses_an_unknown_key() -> None:
    import jsonschema
    import yaml

    content = yaml.safe_load(EXAMPLE.read_text())
    jsonschema.validate(content, routes_schema())
    content["routes"][0]["macth"] = {}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, routes_schema())


def test_without_a_file_a_token_and_two_channels_make_two_tiers() -> None:
    settings = load_settings(
        AlertingSettings, slack_bot_token="xoxb-x", slack_channel="C1", slack_triage_channel="C2"
    )
    routes = default_routes(settings)
    assert [(each.name, each.receivers, each.match.tier) for each in routes.routes] == [
        ("triage", ("slack-triage",), "possible"),
        ("desk", ("slack",), "confirmed"),
        ("console", ("console",), None),
    ]


def test_a_token_without_a_channel_is_told() -> None:
    with pytest.raises(UserError, match="STANCEWATCH_SLACK_CHANNEL"):
        default_routes(load_settings(AlertingSettings, slack_bot_token="xoxb-x"))


def test_with_nothing_configured_alerts_are_printed() -> None:
    assert [each.channel for each in default_routes(load_settings(AlertingSettings)).receivers] == ["console"]


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_WEBHOOK_URL", "SLACK_BOT_TOKEN", "SLACK_CHANNEL", "TIMELINE_URL"):
        monkeypatch.setenv(f"STANCEWATCH_{name}", "")
    settings = load_settings(AlertingSettings)
    assert [each.channel for each in default_routes(settings).receivers] == ["console"]
    assert settings.timeline_url is None
