"""Alert rules: each has a runbook and a test, and promtool and amtool accept them."""

from __future__ import annotations

import subprocess

import pytest
import yaml

from tests.deploy.conftest import REPOSITORY, manifests, need, one
from tests.deploy.expressions import RULES, rules

PROMETHEUS = REPOSITORY / "deploy/prometheus"
ALERTS = [rule for rule in rules() if "alert" in rule]
NAMES = sorted(rule["alert"] for rule in ALERTS)


def test_promtool_accepts_the_rules() -> None:
    run(need("promtool", "prometheus"), "check", "rules", *map(str, RULES))


def test_promtool_runs_the_rules_tests() -> None:
    run(need("promtool", "prometheus"), "test", "rules", str(PROMETHEUS / "tests/alerts.test.yaml"))


def test_amtool_accepts_the_example() -> None:
    example = PROMETHEUS / "alertmanager.example.yaml"
    run(need("amtool", "prometheus-alertmanager"), "check-config", str(example))


@pytest.mark.parametrize("alert", NAMES)
def test_an_alert_is_tested(alert: str) -> None:
    tests = yaml.safe_load((PROMETHEUS / "tests/alerts.test.yaml").read_text(encoding="utf-8"))["tests"]
    fired = {
        case["alertname"] for test in tests for case in test["alert_rule_test"] if case.get("exp_alerts")
    }
    assert alert in fired


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alert_says_what_to_do(rule: dict[str, dict[str, str]]) -> None:
    runbook = REPOSITORY / rule["annotations"]["runbook_url"]
    text = runbook.read_text(encoding="utf-8")
    assert all(part in text for part in ("**Means.**", "**Effect.**", "**Look.**", "**Do.**"))
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["description"]
    assert rule["labels"]["severity"] in ("page", "ticket")


def test_no_runbook_is_an_orphan() -> None:
    linked = {rule["annotations"]["runbook_url"].rpartition("/")[2] for rule in ALERTS}
    there = {path.name for path in (REPOSITORY / "deploy/runbooks").glob("Stancewatch*.md")}
    assert there == linked


def test_the_chart_points_runbooks_to_where_they_are_published() -> None:
    groups = one(manifests("strimzi"), "PrometheusRule")["spec"]["groups"]
    urls = {r["annotations"]["runbook_url"] for g in groups for r in g["rules"] if "alert" in r}
    assert all(url.startswith("https://runbooks.example.org/stancewatch/Stancewatch") for url in urls)


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("severity", "receiver"), [("page", "pager"), ("ticket", "tickets")])
def test_the_example_wakes_somebody_for_pages_only(severity: str, receiver: str) -> None:
    example = str(PROMETHEUS / "alertmanager.example.yaml")
    labels = ["alertname=StancewatchLag", f"severity={severity}"]
    amtool = need("amtool", "prometheus-alertmanager")
    run(
        amtool,
        "config",
        "routes",
        "test",
        f"--config.file={example}",
        f"--verify.receivers={receiver}",
        *labels,
    )
