"""Gauges show the partitions that are ours now, and no others."""

from __future__ import annotations

from types import SimpleNamespace

from prometheus_client import REGISTRY
from stance_classifier.stream.ledger import Ledger, Partition
from stance_classifier.stream.measure import PartitionGauges, assignment_of

PLACE = Partition("t-articles", 77)
LABELS = {"topic": "articles", "partition": "77"}


def app_with(*partitions, newest=10, committed=4):
    consumer = SimpleNamespace(
        assignment=lambda: set(partitions),
        highwater=lambda _: newest,
        _committed_offset=dict.fromkeys(partitions, committed),
    )
    return SimpleNamespace(_consumer=consumer, consumer=consumer)


def age():
    return REGISTRY.get_sample_value("stancewatch_partition_uncommitted_seconds", LABELS)


def lag():
    return REGISTRY.get_sample_value("stancewatch_consumer_lag_records", LABELS)


def test_a_partition_of_ours_shows_its_lag_and_age():
    ledger = Ledger()
    ledger.received(PLACE, 4, 1, now=0.0)
    PartitionGauges("t-").measure(app_with(PLACE), ledger)
    assert lag() == 6
    assert age() > 0


def test_nothing_committed_yet_is_the_whole_partition():
    PartitionGauges("t-").measure(app_with(PLACE, committed=None), Ledger())
    assert lag() == 10


def test_a_partition_that_went_away_raises_no_alarm():
    gauges, ledger = PartitionGauges("t-"), Ledger()
    ledger.received(PLACE, 4, 1, now=0.0)
    gauges.measure(app_with(PLACE), ledger)
    ledger.forget(PLACE)
    gauges.measure(app_with(), ledger)
    assert age() is None
    assert lag() is None


def test_changelogs_are_not_counted_as_lag():
    changelog = Partition("t-stance-classifier-positions-changelog", 77)
    PartitionGauges("t-").measure(app_with(changelog), Ledger())
    labels = {"topic": "stance-classifier-positions-changelog", "partition": "77"}
    assert REGISTRY.get_sample_value("stancewatch_consumer_lag_records", labels) is None


def test_before_the_consumer_is_there_nothing_is_assigned():
    assert assignment_of(SimpleNamespace(_consumer=None)) == set()
