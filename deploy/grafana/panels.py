"""The few kinds of panels that the dashboards are made of. Every panel has a title, a description and a unit."""

from __future__ import annotations

from collections.abc import Sequence

from grafana_foundation_sdk.builders import stat, statetimeline, table, timeseries
from grafana_foundation_sdk.builders.common import VizLegendOptions
from grafana_foundation_sdk.builders.dashboard import Dashboard, DatasourceVariable, Row, ThresholdsConfig
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.models.common import LegendDisplayMode, LegendPlacement
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DataSourceRef,
    Threshold,
    ThresholdsMode,
    ValueMap,
    ValueMappingResult,
)
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

SOURCE = DataSourceRef(type_val="prometheus", uid="$datasource")
HEIGHT, WIDE, HALF, THIRD, QUARTER = 8, 24, 12, 8, 6

Queries = Sequence[tuple[str, str]]


def board(uid: str, title: str, description: str) -> Dashboard:
    """A dashboard whose uid never changes: links to it stay good."""
    return (
        Dashboard(title)
        .uid(uid)
        .description(description)
        .tags(["stancewatch"])
        .refresh("30s")
        .time("now-6h", "now")
        .timezone("browser")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .readonly()
        .with_variable(DatasourceVariable("datasource").label("Data source").type("prometheus"))
    )


def row(title: str) -> Row:
    """One arrow of the flow."""
    return Row(title)


def lines(
    title: str, description: str, unit: str, queries: Queries, span: int = HALF, stacked: bool = False
) -> timeseries.Panel:
    """Curves over time."""
    panel = (
        timeseries.Panel()
        .title(title)
        .description(description)
        .unit(unit)
        .datasource(SOURCE)
        .min(0)
        .height(HEIGHT)
        .span(span)
        .fill_opacity(25 if stacked else 8)
        .legend(
            VizLegendOptions()
            .display_mode(LegendDisplayMode.LIST)
            .placement(LegendPlacement.BOTTOM)
            .show_legend(True)
        )
    )
    for target in _targets(queries):
        panel.with_target(target)
    return panel


def number(
    title: str,
    description: str,
    unit: str,
    expression: str,
    bad_from: float | None = None,
    span: int = QUARTER,
) -> stat.Panel:
    """One number now; red from `bad_from` on."""
    steps = [Threshold(value=None, color="green")]
    if bad_from is not None:
        steps.append(Threshold(value=bad_from, color="red"))
    return (
        stat.Panel()
        .title(title)
        .description(description)
        .unit(unit)
        .datasource(SOURCE)
        .height(4)
        .span(span)
        .thresholds(ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps))
        .with_target(Dataquery().datasource(SOURCE).expr(expression).instant().ref_id("A"))
    )


def states(
    title: str, description: str, queries: Queries, words: Sequence[tuple[int, str, str]]
) -> statetimeline.Panel:
    """Bands over time; each value is a word and a colour (never colour alone)."""
    results = {
        str(value): ValueMappingResult(text=word, color=colour, index=index)
        for index, (value, word, colour) in enumerate(words)
    }
    panel = (
        statetimeline.Panel()
        .title(title)
        .description(description)
        .unit("none")
        .datasource(SOURCE)
        .height(12)
        .span(WIDE)
        .mappings([ValueMap(options=results)])
    )
    for target in _targets(queries):
        panel.with_target(target)
    return panel


def rows(title: str, description: str, unit: str, expression: str, span: int = HALF) -> table.Panel:
    """What is so now, one line each."""
    query = (
        Dataquery().datasource(SOURCE).expr(expression).instant().format(PromQueryFormat.TABLE).ref_id("A")
    )
    return (
        table.Panel()
        .title(title)
        .description(description)
        .unit(unit)
        .datasource(SOURCE)
        .height(HEIGHT)
        .span(span)
        .with_target(query)
    )


def _targets(queries: Queries) -> list[Dataquery]:
    return [
        Dataquery()
        .datasource(SOURCE)
        .expr(expression)
        .legend_format(legend)
        .range()
        .ref_id(chr(ord("A") + index))
        for index, (expression, legend) in enumerate(queries)
    ]


__all__ = ["HALF", "QUARTER", "THIRD", "WIDE", "board", "lines", "number", "row", "rows", "states"]
