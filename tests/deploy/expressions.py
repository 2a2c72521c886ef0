"""Every PromQL expression of the dashboards and rules, with the place it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from tests.deploy.conftest import REPOSITORY

DASHBOARDS = sorted((REPOSITORY / "deploy/grafana/dashboards").glob("*.json"))
RULES = sorted((REPOSITORY / "deploy/prometheus/rules").glob("*.rules.yaml"))
# Grafana puts four scrape intervals there, at least.
RATE_INTERVAL = "$__rate_interval"
METRIC = re.compile(r"\b(stancewatch_[a-z_]+)")


def panels(path: Any) -> Iterator[dict[str, Any]]:
    """The panels of a dashboard, those inside rows too."""
    for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]:
        if panel["type"] == "row":
            yield from panel.get("panels") or []
        else:
            yield panel


def of_dashboards(rate_interval: str = "5m") -> list[tuple[str, str]]:
    """(dashboard/panel, expression) of every query."""
    return [
        (f"{path.stem}/{panel['title']}", target["expr"].replace(RATE_INTERVAL, rate_interval))
        for path in DASHBOARDS
        for panel in panels(path)
        for target in panel["targets"]
    ]


def rules() -> list[dict[str, Any]]:
    """Every recording rule and alert."""
    return [
        rule
        for path in RULES
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
    ]
