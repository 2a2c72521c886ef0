"""How far each partition is: lag, and the age of what is received but not committed."""

from __future__ import annotations

import time
from typing import Any

from faust.exceptions import ConsumerNotStarted
from stancewatch_shared import metrics

from stance_classifier.stream.faust_app import CHANGELOG
from stance_classifier.stream.ledger import Ledger


def assignment_of(app: Any) -> set[Any]:
    """The partitions assigned to this worker; none before it has joined the group."""
    if app._consumer is None:  # `app.consumer` would make one, before its time
        return set()
    try:
        return set(app.consumer.assignment())
    except ConsumerNotStarted:
        return set()


def measure(app: Any, ledger: Ledger, topic_prefix: str) -> None:
    """Sets the gauges of every assigned partition."""
    for place, seconds in ledger.uncommitted_seconds(time.monotonic()).items():
        labels = (place.topic.removeprefix(topic_prefix), str(place.partition))
        metrics.PARTITION_UNCOMMITTED_SECONDS.labels(*labels).set(seconds)
    for tp in assignment_of(app):
        newest = app.consumer.highwater(tp)
        if newest is not None and not tp.topic.endswith(CHANGELOG):
            committed = app.consumer._committed_offset[tp] or 0
            labels = (tp.topic.removeprefix(topic_prefix), str(tp.partition))
            metrics.CONSUMER_LAG.labels(*labels).set(max(0, newest - committed))
