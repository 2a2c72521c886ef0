"""Dashboards: complete panels, stable addresses, declared metrics, expressions that parse."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY
from stancewatch_shared import metrics

from tests.deploy.conftest import need
from tests.deploy.expressions import DASHBOARDS, METRIC, RATE_INTERVAL, of_dashboards, panels, rules

assert metrics.RECORDS  # importing it registers every metric
SUFFIXES = ("_bucket", "_count", "_sum", "_total")


def declared(name: str) -> bool:
    known = {family.name for family in REGISTRY.collect()}
    return name in known or any(name.removesuffix(suffix) in known for suffix in SUFFIXES)


def load(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_every_panel_has_title_description_and_unit(path: Path) -> None:
    for panel in panels(path):
        assert panel["title"], panel
        assert panel["description"], panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert panel["datasource"]["uid"] == "$datasource", panel["title"]


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_the_address_is_stable_and_the_data_source_a_variable(path: Path) -> None:
    content = load(path)
    assert content["uid"] == f"stancewatch-{path.stem}"
    assert content["description"]
    assert [each["name"] for each in content["templating"]["list"]] == ["datasource"]


def test_the_overview_has_one_row_per_arrow_of_the_flow() -> None:
    overview = next(path for path in DASHBOARDS if path.stem == "overview")
    titles = [panel["title"] for panel in load(overview)["panels"] if panel["type"] == "row"]
    assert titles == [
        "source -> article",
        "article -> statements",
        "statement -> change, or a named no",
        "change -> alert",
    ]


def test_positions_are_told_by_word_and_colour() -> None:
    board = next(path for path in DASHBOARDS if path.stem == "positions")
    timeline = next(panel for panel in panels(board) if panel["type"] == "state-timeline")
    options = timeline["fieldConfig"]["defaults"]["mappings"][0]["options"]
    assert {value: result["text"] for value, result in options.items()} == {
        "1": "supports",
        "0": "neutral",
        "-1": "opposes",
    }


def test_rates_follow_the_dashboards_resolution() -> None:
    for path in DASHBOARDS:
        for panel in panels(path):
            for target in panel["targets"]:
                if "rate(" in target["expr"] and ":" not in target["expr"]:
                    assert RATE_INTERVAL in target["expr"], target["expr"]


def test_dashboards_and_rules_use_declared_metrics_only() -> None:
    expressions = [
        *of_dashboards(),
        *((str(rule.get("alert") or rule["record"]), rule["expr"]) for rule in rules()),
    ]
    unknown = {
        (where, name) for where, text in expressions for name in METRIC.findall(text) if not declared(name)
    }
    assert unknown == set()


def test_every_expression_parses(tmp_path: Path) -> None:
    promtool = need("promtool", "prometheus")
    recording = [
        {"record": f"panel_{index}", "expr": text} for index, (_, text) in enumerate(of_dashboards())
    ]
    file = tmp_path / "panels.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": recording}]}), encoding="utf-8")
    done = subprocess.run(
        [promtool, "check", "rules", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
