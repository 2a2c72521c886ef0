"""Articles in, stance changes out, on a real broker with real processes."""

from __future__ import annotations

import json

import pytest
from stancewatch_schemas.codec import decode
from stancewatch_schemas.models import DeadLetter
from stancewatch_shared.dead_letters import original_record

from tests.integration.stance_classifier.conftest import WATCHLIST, wait_until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
TRACE = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"


def test_a_reversal_in_two_articles_becomes_one_change(topics, start_worker):
    start_worker()
    # One after the other: published at once they lie on two partitions, and the later one may be read first.
    for text in ("ada opposes bridge", "ada supports bridge"):
        topics.publish(topics.article(text), trace=TRACE)
        topics.wait_until_finished()
    (change,) = topics.changes()
    assert (change.from_.stance, change.to.stance, change.actor.id) == ("oppose", "support", "ada")
    (record,) = topics.records("stance-changes")
    headers = dict(record.headers)
    assert record.key == b"ada|bridge"
    assert headers["ce_id"].decode() == change.id
    assert headers["traceparent"] == TRACE.encode()


def test_the_same_articles_again_change_nothing(topics, start_worker):
    start_worker()
    articles = [topics.article("ada opposes bridge"), topics.article("ada supports bridge")]
    for article in articles * 2:
        topics.publish(article)
        topics.wait_until_finished()
    assert len({change.id for change in topics.changes()}) == 1


def test_poison_becomes_dead_letters_and_blocks_nobody(topics, start_worker):
    start_worker()
    topics.publish(topics.article("ada opposes bridge"))
    poison = [b"{", b"\xff\xfe", b"null", b'{"id": 1}', b"", None]
    for value in poison:
        topics.publish_bytes(value, headers=[("traceparent", TRACE.encode()), ("odd", b"\x00\xff")])
    topics.publish(topics.article("this text breaks the reader"), topics.article("ada supports bridge"))
    topics.wait_until_finished()
    letters = [decode(DeadLetter, record.value) for record in topics.records("articles-dlq")]
    assert len(topics.changes()) == 1
    assert len(letters) == len(poison) + 1
    kept = [original_record(letter) for letter in letters if letter.error == "InvalidMessage"]
    assert {record.value for record in kept} == set(poison)
    assert all(dict(record.headers)["odd"] == b"\x00\xff" for record in kept)
    assert {letter.error for letter in letters} == {"InvalidMessage", "ValueError"}


def test_a_restart_in_the_middle_of_a_story_remembers_the_position(topics, start_worker):
    first = start_worker()
    topics.publish(topics.article("ada opposes bridge"))
    topics.wait_until_finished()
    assert first.terminate() < 10
    start_worker()
    topics.publish(topics.article("ada supports bridge"))
    topics.wait_until_finished()
    assert [change.to.stance for change in topics.changes()] == ["support"]


def test_sigterm_under_load_commits_and_ends_within_ten_seconds(topics, start_worker):
    worker = start_worker(TEST_SECONDS_PER_ARTICLE="0.05")
    topics.publish(*(topics.article(f"a{number} opposes bridge") for number in range(300)))
    assert worker.terminate() < 10
    done = sum(topics.committed("articles").values())
    assert len(topics.statements()) == done


def test_sigterm_amid_a_long_batch_ends_within_ten_seconds_and_leaves_it_to_the_next(topics, start_worker):
    worker = start_worker(TEST_SECONDS_PER_ARTICLE="3")
    articles = [topics.article(f"a{number} opposes bridge") for number in range(30)]
    topics.publish(*articles)
    wait_until(lambda: 'outcome="handled"' in worker.get("/metrics")[1], message="the first batch")
    assert worker.terminate() < 10
    start_worker()
    topics.wait_until_finished()
    assert {statement.article.id for statement in topics.statements()} == {article.id for article in articles}


def test_an_error_that_is_not_the_records_ends_the_process_unacknowledged(topics, start_worker):
    worker = start_worker()
    topics.publish(topics.article("this text kills the process"))
    assert worker.process.wait(120) == 70
    assert sum(topics.committed("articles").values()) == 0
    assert "MemoryError" in worker.log.read_text()


def test_a_partition_that_stands_still_ends_the_process_and_the_next_one_goes_on(topics, start_worker):
    topics.publish(topics.article("mira supports dam\nthis text never ends"))
    worker = start_worker(STANCEWATCH_STANDSTILL_SECONDS="4")
    assert worker.process.wait(120) == 70
    assert "StandstillError" in worker.log.read_text()
    start_worker(TEST_TEXTS_END="1")
    topics.wait_until_finished()
    assert [each.stance for each in topics.statements()] == ["support"]


def test_work_that_moves_is_no_standstill(topics, start_worker):
    worker = start_worker(
        STANCEWATCH_STANDSTILL_SECONDS="6", STANCEWATCH_BATCH_ARTICLES="1", TEST_SECONDS_PER_ARTICLE="0.5"
    )
    topics.publish(*(topics.article(f"mira supports dam{number}") for number in range(30)))
    topics.wait_until_finished()
    assert worker.process.poll() is None


def test_a_missing_topic_is_named_and_ends_with_2(start_worker):
    worker = start_worker(ready=False, KAFKA_TOPIC_PREFIX="nowhere-")
    assert worker.process.wait(120) == 2
    words = worker.log.read_text()
    assert "nowhere-stance-changes" in words
    assert "stancewatch topics create" in words
    assert "Traceback" not in words


def test_health_and_metrics_tell_how_it_goes(topics, start_worker):
    worker = start_worker()
    topics.publish(topics.article("ada opposes bridge"))
    topics.wait_until_finished()
    assert worker.get("/healthz")[0] == 200
    assert json.loads(worker.get("/readyz")[1])["status"] == "ok"
    metrics = worker.get("/metrics")[1]
    assert 'stancewatch_statements_total{counts="true",stance="oppose"} 1.0' in metrics
    assert 'stancewatch_records_total{outcome="handled",topic="articles"} 1.0' in metrics
    assert "stancewatch_last_commit_timestamp_seconds" in metrics
    assert "stancewatch_partition_uncommitted_seconds" in metrics


def test_its_log_is_its_own_events_as_json_and_no_librarys(topics, start_worker):
    worker = start_worker()
    topics.publish(topics.article("ada opposes bridge"))
    topics.wait_until_finished()
    worker.terminate()
    entries = [json.loads(line) for line in worker.log.read_text().splitlines()]
    assert [entry["event"] for entry in entries if entry["level"] == "info"] == [
        "starting",
        "stopping",
        "stopped",
    ]
    assert "ada opposes" not in worker.log.read_text()


def test_a_good_new_watchlist_is_taken_over_and_a_bad_one_refused(start_worker, watchlist_path):
    worker = start_worker()
    watchlist_path.write_text("actors: [")
    wait_until(lambda: 'outcome="refused"' in worker.get("/metrics")[1])
    assert 'stancewatch_config_last_reload_successful{file="watchlist"} 0.0' in worker.get("/metrics")[1]
    watchlist_path.write_text(WATCHLIST.replace("Bridge", "New bridge"))
    wait_until(lambda: 'outcome="loaded"' in worker.get("/metrics")[1])
    assert 'stancewatch_config_last_reload_successful{file="watchlist"} 1.0' in worker.get("/metrics")[1]
    assert worker.is_ready()
