"""deploy/README.md: `articles` may get more partitions at any time, while the classifiers run."""

from __future__ import annotations

from collections import Counter

import pytest
from kafka.admin import NewPartitions
from stancewatch_shared.connect import make_admin
from stancewatch_shared.kafka import make_producer

from tests.integration.stance_classifier.conftest import wait_until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]
MORE = 12


@pytest.fixture
def with_more_partitions(topics):
    """What `kafka-topics.sh --alter --partitions 12` does; the fetcher's producer learns of it in its own time."""

    def alter() -> None:
        admin = make_admin(topics.kafka)
        try:
            admin.create_partitions({topics.kafka.topic("articles"): NewPartitions(total_count=MORE)})
        finally:
            admin.close()
        wait_until(lambda: len(topics.end_offsets("articles")) == MORE, message="the topic has grown")
        topics.producer.close()
        topics.producer = make_producer(topics.kafka, "fetcher")

    return alter


def test_articles_in_partitions_that_were_added_are_read_once_and_positions_go_on(
    topics, start_worker, with_more_partitions
):
    worker = start_worker()
    topics.publish(topics.article("ada opposes bridge"))
    topics.wait_until_finished()
    with_more_partitions()
    late = [topics.article(f"a{number} supports bridge") for number in range(60)]
    topics.publish(*late)
    topics.wait_until_finished()
    assert all(end > 0 for end in list(topics.end_offsets("articles").values())[6:]), "new ones are used"
    topics.publish(topics.article("ada supports bridge"))
    topics.wait_until_finished()
    read = Counter(statement.article.id for statement in topics.statements())
    assert len(read) == len(late) + 2
    assert set(read.values()) == {1}
    assert [change.actor.id for change in topics.changes()] == ["ada"]
    assert worker.process.poll() is None


def test_articles_that_waited_in_new_partitions_while_no_classifier_ran_are_not_skipped(
    topics, start_worker, with_more_partitions
):
    first = start_worker()
    topics.publish(topics.article("ada opposes bridge"))
    topics.wait_until_finished()
    first.terminate()
    with_more_partitions()
    topics.publish(*(topics.article(f"a{number} supports bridge") for number in range(60)))
    start_worker()
    start_worker()
    topics.wait_until_finished()
    assert len({statement.article.id for statement in topics.statements()}) == 61
