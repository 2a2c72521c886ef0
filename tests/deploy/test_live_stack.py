"""What a running stack shows: data in every panel, no page while it is healthy, one trace for one article, hot reload."""

from __future__ import annotations

import time

import pytest

from tests.deploy.expressions import of_dashboards, rules
from tests.deploy.live_stack import SERVICES, Live

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
SPANS = {"publish_article", "read_article", "keep_position", "plan_alert", "send_alert"}


def test_every_panel_shows_data(live: Live) -> None:
    assert live.without_data(of_dashboards(rate_interval="4m")) == []


def test_every_objective_is_recorded(live: Live) -> None:
    recorded = [(rule["record"], rule["record"]) for rule in rules() if "record" in rule]
    assert live.without_data(recorded) == []


def test_a_timeline_that_has_caught_up_is_shown_so(live: Live) -> None:
    """Every service exports this gauge, the others as 0."""
    panel = dict(of_dashboards())["operations/Timeline caught up"]
    live.wait_for(f"({panel}) == 1")


def test_a_healthy_stack_wakes_nobody(live: Live) -> None:
    pages = 'ALERTS{alertstate="firing", severity="page"}'
    assert [each["metric"]["alertname"] for each in live.query(pages)] == []


def test_one_article_is_one_trace_through_three_services(live: Live) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not whole_traces(live):
        time.sleep(0.5)
    assert whole_traces(live), dict(live.collector.names_by_trace)


@pytest.mark.parametrize("name", ["sources", "watchlist", "routes"])
def test_a_changed_config_map_is_taken_over_while_running(live: Live, name: str) -> None:
    file, good = f"{name}.yaml", live.config[f"{name}.yaml"]
    live.config.update(file, good + "\nmisspelt: true\n")
    live.wait_for(f'stancewatch_config_last_reload_successful{{file="{name}"}} == 0')
    live.config.update(file, good + "\n# a new version\n")
    live.wait_for(f'stancewatch_config_last_reload_successful{{file="{name}"}} == 1')
    live.wait_for(f'stancewatch_config_reloads_total{{file="{name}", outcome="loaded"}} >= 1')
    assert live.query('count(up{job="stancewatch"} == 1)')[0]["value"][1] == str(len(SERVICES))


def whole_traces(live: Live) -> list[bytes]:
    """Traces in which every step of the way from the paper to Slack is a span."""
    return [trace for trace, names in list(live.collector.names_by_trace.items()) if names >= SPANS]
