"""Kills, hand-overs and duplicates under load: repeats are allowed, losses and wrong positions are not."""

from __future__ import annotations

import itertools

import pytest
from stance_classifier.keep_positions import StoredPosition
from stance_classifier.positions import PositionState, apply
from stance_classifier.settings import ClassifierSettings
from stancewatch_schemas.codec import decode
from stancewatch_schemas.models import Statement

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(900)]
CHANGELOG = "stance-classifier-positions-changelog"


def stories(topics, count, actors):
    """`count` articles; each actor changes sides with each of its articles, each from another outlet."""
    turns = itertools.cycle(["opposes", "supports"])
    found = []
    for number in range(count):
        verb = next(turns) if number % actors == 0 else found[-1].text.split()[1]
        found.append(topics.article(f"a{number % actors} {verb} bridge", source=f"Outlet {number // actors}"))
    return found


def assert_nothing_is_lost_and_no_position_is_wrong(topics, articles):
    """What the topics hold is what the pure rule makes of the statements in the order in which they stand."""
    records = topics.records("statements")
    statements = [(record, decode(Statement, record.value)) for record in records]
    assert {statement.article.id for _, statement in statements} == {article.id for article in articles}
    states: dict[bytes, StoredPosition] = {}
    expected_changes = {}
    for record, statement in sorted(statements, key=lambda each: (each[0].partition, each[0].offset)):
        before = states.get(record.key, StoredPosition(PositionState.empty()))
        applied = apply(before.state, statement)
        states[record.key] = StoredPosition(applied.state, record.offset)
        expected_changes |= {change.id: change for change in applied.changes}
    changelog = sorted(topics.records(CHANGELOG), key=lambda record: (record.partition, record.offset))
    stored = {record.key: StoredPosition.from_bytes(record.value) for record in changelog}
    assert stored == states
    assert {change.id: change for change in topics.changes()} == expected_changes
    assert expected_changes


# What a worker has in hand at a time, and so the most that can be read again when it has to let go of its partitions.
IN_WORK_ARTICLES = ClassifierSettings.model_fields["batch_articles"].default


def statements_written(topics):
    return sum(topics.end_offsets("statements").values())


def test_kill_9_under_load_loses_no_change_and_miscounts_no_position(topics, start_worker):
    articles = stories(topics, count=5000, actors=250)
    topics.publish(*articles)
    for kill_after in (500, 1500, 3000):
        worker = start_worker(ready=False, TEST_SECONDS_PER_ARTICLE="0.002")
        topics.wait_until_written(kill_after)
        worker.kill()
    start_worker(ready=False)
    topics.wait_until_finished()
    assert_nothing_is_lost_and_no_position_is_wrong(topics, articles)


def test_a_hand_over_between_two_workers_repeats_at_most_what_was_in_work(topics, start_worker):
    articles = stories(topics, count=1000, actors=50)
    first = start_worker(TEST_SECONDS_PER_ARTICLE="0.01")
    topics.publish(*articles)
    topics.wait_until_written(100)
    start_worker(TEST_SECONDS_PER_ARTICLE="0.01")
    first.terminate()
    topics.wait_until_finished()
    assert_nothing_is_lost_and_no_position_is_wrong(topics, articles)
    # Nothing as a rule: a batch in hand is finished and committed first. Two hand-overs: the second comes, the first goes.
    assert len(articles) <= statements_written(topics) <= len(articles) + 2 * IN_WORK_ARTICLES


def test_a_worker_that_dies_is_replaced_by_the_other(topics, start_worker):
    articles = stories(topics, count=600, actors=50)
    first = start_worker(TEST_SECONDS_PER_ARTICLE="0.01")
    start_worker(TEST_SECONDS_PER_ARTICLE="0.01")
    topics.publish(*articles)
    topics.wait_until_written(100)
    first.kill()
    topics.wait_until_finished()
    assert_nothing_is_lost_and_no_position_is_wrong(topics, articles)


def test_workers_that_come_and_go_on_an_overloaded_machine_leave_no_record_behind(topics, start_worker):
    """Records fetched amid a rebalance: without stream/fetch_again.py, about every other run loses some."""
    slow = {"TEST_LONGEST_STALL_SECONDS": "0.3", "TEST_SECONDS_PER_ARTICLE": "0.03"}
    articles = stories(topics, count=600, actors=50)
    topics.publish(*articles)
    first = start_worker(ready=False, **slow)
    for wanted in (20, 60, 120):
        topics.wait_until_written(wanted)
        start_worker(ready=False, **slow)
    first.terminate()
    topics.wait_until_finished()
    assert_nothing_is_lost_and_no_position_is_wrong(topics, articles)


def test_every_article_twice_is_every_change_once(topics, start_worker):
    start_worker()
    articles = stories(topics, count=200, actors=20)
    topics.publish(*articles)
    topics.wait_until_finished()
    once = {change.id for change in topics.changes()}
    topics.publish(*articles)
    topics.wait_until_finished()
    assert {change.id for change in topics.changes()} == once
    assert_nothing_is_lost_and_no_position_is_wrong(topics, articles)
