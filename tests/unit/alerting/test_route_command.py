"""``stancewatch route``: where an alert would go and why, in the service's own decisions."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from alerting.explain_route import explain
from alerting.route_command import route
from alerting.routes import routes_schema
from click.testing import CliRunner, Result
from stancewatch_schemas.codec import encode
from stancewatch_schemas.models import Silence
from stancewatch_shared.errors import UserError

from tests.unit.alerting.builders import NOON, amendment, change, routes

EXAMPLE = Path(__file__).resolve().parents[3] / "services" / "alerting" / "routes.example.yaml"


def run(*words: str) -> Result:
    result = CliRunner().invoke(route, list(words))
    if isinstance(result.exception, UserError):
        raise result.exception
    return result


def lines_of(*options: str) -> list[str]:
    return run("test", str(EXAMPLE), "--at", "2031-04-10T12:00:00Z", *options).output.splitlines()


def test_every_route_says_yes_or_the_condition_that_says_no() -> None:
    lines = lines_of("--actor", "ilse-varn", "--issue", "night-ferry", "--confidence", "0.8")
    assert "route confirmed -> politics-desk: no: it is possible, not confirmed" in lines
    assert "route possible -> triage: yes" in lines
    assert lines[0].startswith("reverse by ilse-varn on night-ferry: possible, likely (80 %), single source")


@pytest.mark.parametrize(
    "line",
    [
        "triage (slack): at 10 Apr 2031, 12:01 UTC (grouping)",
        "morning-mail (apprise): at 11 Apr 2031, 06:00 UTC (daily_digest)",
        "archive (webhook): at once",
    ],
)
def test_each_receiver_says_when(line: str) -> None:
    assert line in lines_of("--actor", "ilse-varn", "--confidence", "0.8")


def test_quiet_hours_are_told_with_their_end() -> None:
    at = ("--at", "2031-04-10T23:30:00Z")
    lines = run("test", str(EXAMPLE), "--actor", "ilse-varn", *at).output.splitlines()
    assert "politics-desk (slack): held until 11 Apr 2031, 05:30 UTC (quiet_hours)" in lines


def test_a_silence_is_named_with_its_owner_and_reason() -> None:
    silence = Silence.model_validate(
        {"id": "s-1", "owner": "ann", "reason": "live", "match": {"actors": ["ilse"]}, "starts_at": NOON,
         "expires_at": NOON + timedelta(hours=2), "created_at": NOON}
    )  # fmt: skip
    explained = explain(change(), routes(), [silence], NOON)
    assert "desk (console): not told, silenced: silence s-1 by ann: live" in explained.lines
    assert not explained.is_told


def test_a_route_that_stops_says_so_to_those_after_it() -> None:
    chosen = routes(routes=[{"name": "first", "receivers": ["desk"], "stop": True}, {"receivers": ["desk"]}])
    lines = explain(change(), chosen, [], NOON).lines
    assert "route first -> desk: yes, and stop" in lines
    assert "route routes[1] -> desk: no: an earlier route says stop" in lines


def test_nobody_told_is_said_and_is_exit_1(tmp_path: Path) -> None:
    file = tmp_path / "routes.yaml"
    file.write_text("receivers: [{name: d, console: {}}]\nroutes: [{receivers: [d], match: {actors: [x]}}]\n")
    result = run("test", str(file), "--actor", "y")
    assert result.exit_code == 1
    assert "nobody is told: no_route" in result.output


def test_an_amendment_follows_its_alert() -> None:
    explained = explain(amendment("withdrawn"), routes(), [], NOON)
    assert explained.lines == ["It amends an alert: it follows that alert to where it was sent."]


def test_a_message_of_the_topic_can_be_tried(tmp_path: Path) -> None:
    path = tmp_path / "change.json"
    path.write_bytes(encode(change()))
    assert "reverse by ilse on ferry: confirmed" in lines_of("--change", str(path))[0]


def test_a_file_that_is_no_message_is_told_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "change.json"
    path.write_text("{}")
    with pytest.raises(UserError, match="no stance change"):
        lines_of("--change", str(path))


def test_a_file_that_is_not_json_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "change.json"
    path.write_text('{"id": "c1",\n "actor": }')
    with pytest.raises(UserError, match="not JSON") as caught:
        lines_of("--change", str(path))
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("at", "hint"), [("soon", "is no time such as"), ("2031-04-10T12:00:00", "no time zone")]
)
def test_a_time_that_is_none_is_refused_with_a_hint(at: str, hint: str) -> None:
    with pytest.raises(UserError, match=hint):
        run("test", str(EXAMPLE), "--at", at)


def test_the_check_counts_and_names_receivers_without_a_route(tmp_path: Path) -> None:
    file = tmp_path / "routes.yaml"
    file.write_text(
        "receivers: [{name: a, console: {}}, {name: b, console: {}}]\nroutes: [{receivers: [a]}]\n"
    )
    output = run("check", str(file)).output
    assert "in order (2 receivers, 1 routes)" in output
    assert "note: no route leads to receiver b" in output


def test_the_schema_is_printed() -> None:
    assert json.loads(run("schema").output) == json.loads(json.dumps(routes_schema()))
