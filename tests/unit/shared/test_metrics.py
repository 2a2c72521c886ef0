from __future__ import annotations

from prometheus_client.metrics import MetricWrapperBase
from stancewatch_shared import metrics
from stancewatch_shared.traces import new_trace, trace_of

UNITS = ("_total", "_seconds", "_bytes", "_records", "_ratio", "_info", "_successful")


def declared() -> list[MetricWrapperBase]:
    return [value for value in vars(metrics).values() if isinstance(value, MetricWrapperBase)]


def test_every_metric_carries_the_prefix_and_help() -> None:
    wrong = [m._name for m in declared() if not m._name.startswith("stancewatch_") or not m._documentation]
    assert wrong == []


def test_no_label_can_hold_foreign_text() -> None:
    labels = {label for metric in declared() for label in metric._labelnames}
    assert labels & {"url", "quote", "title", "id", "article", "key"} == set()


def test_a_trace_is_read_from_the_headers() -> None:
    trace = new_trace("article-1")
    assert trace_of([("x", None), ("traceparent", trace.encode())]) == trace


def test_a_malformed_trace_is_no_trace() -> None:
    assert trace_of([("traceparent", b"\xff00-zz")]) is None


def test_the_same_seed_gives_the_same_trace() -> None:
    assert new_trace("a") == new_trace("a") != new_trace("b")
