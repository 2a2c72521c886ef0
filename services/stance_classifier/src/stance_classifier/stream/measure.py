"""How far each partition is: lag, and the age of what is received but not committed."""

from __future__ import annotations

import time
from typing import Any

from faust.exceptions import ConsumerNotStarted
from prometheus_client import Gauge
from stancewatch_shared import metrics

from stance_classifier.stream.faust_app import CHANGELOG
from stance_classifier.stream.ledger import Ledger

_Labels = tuple[str, str]  # topic without prefix, partition


def assignment_of(app: Any) -> set[Any]:
    """The partitions assigned to this worker; none before it has joined the group."""
    if app._consumer is None:  # `app.consumer` would make one, before its time
        return set()
    try:
        return set(app.consumer.assignment())
    except ConsumerNotStarted:
        return set()


class PartitionGauges:
    """Keeps the gauges of the partitions that are ours; those of partitions that went away go too."""

    def __init__(self, topic_prefix: str) -> None:
        self._prefix = topic_prefix
        self._shown: dict[Gauge, set[_Labels]] = {}

    def measure(self, app: Any, ledger: Ledger) -> None:
        """Looks once."""
        ages = {
            (place.topic.removeprefix(self._prefix), str(place.partition)): seconds
            for place, seconds in ledger.uncommitted_seconds(time.monotonic()).items()
        }
        self._show(metrics.PARTITION_UNCOMMITTED_SECONDS, ages)
        self._show(metrics.CONSUMER_LAG, dict(self._lags(app)))

    def _lags(self, app: Any) -> list[tuple[_Labels, float]]:
        found = []
        for tp in assignment_of(app):
            newest = app.consumer.highwater(tp)
            if newest is not None and not tp.topic.endswith(CHANGELOG):
                committed = app.consumer._committed_offset[tp] or 0
                labels = (tp.topic.removeprefix(self._prefix), str(tp.partition))
                found.append((labels, float(max(0, newest - committed))))
        return found

    def _show(self, gauge: Gauge, values: dict[_Labels, float]) -> None:
        for labels in self._shown.get(gauge, set()) - values.keys():
            gauge.remove(*labels)
        for labels, value in values.items():
            gauge.labels(*labels).set(value)
        self._shown[gauge] = set(values)
