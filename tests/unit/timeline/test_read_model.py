"""Records in, rows out: once, in any repetition, whatever they hold."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from stancewatch_schemas.codec import encode
from stancewatch_shared.errors import UserError
from stancewatch_shared.record import Record
from timeline.read_model import look_up
from timeline.read_model.database import get_meta, open_writer
from timeline.read_model.statements import Filters, find_statements, statements_of_pair
from timeline.read_model.writer import Writer

from tests.unit.timeline.conftest import Feed
from tests.unit.timeline.messages import ACTOR, ISSUE, change, ids, records, statement, verdict


def pair(connection: sqlite3.Connection) -> dict[str, sqlite3.Row]:
    found = statements_of_pair(connection, ACTOR["id"], ISSUE["id"], limit=500)
    return {row["id"]: row for row in found.rows}


def test_a_record_is_taken_once_by_its_offset(connection: sqlite3.Connection) -> None:
    writer = Writer(connection)
    batch = records(statement("s1"), statement("s2"))
    assert writer.take(batch) == 2
    assert writer.take(batch) == 0


def test_a_repeat_under_another_offset_leaves_one_row(connection: sqlite3.Connection, feed: Feed) -> None:
    feed(statement("s1"), change(), verdict("v1"))
    feed(statement("s1"), change(), verdict("v1"))
    assert look_up.counts(connection)["changes"] == 1
    assert look_up.counts(connection)["verdicts"] == 1
    assert list(pair(connection)) == ["s1"]


def test_offsets_are_kept_per_topic_and_partition(connection: sqlite3.Connection) -> None:
    writer = Writer(connection)
    writer.take([Record("statements", 3, 41, encode(statement()))])
    assert writer.next_offsets() == {("statements", 3): 42}


def test_a_model_opened_again_goes_on_where_it_was(database: Path) -> None:
    first = open_writer(database)
    Writer(first).take(records(statement("s1")))
    first.close()
    second = open_writer(database)
    assert Writer(second).next_offsets() == {("statements", 0): 1}
    assert list(pair(second)) == ["s1"]
    second.close()


def test_a_model_of_another_schema_is_built_anew(database: Path) -> None:
    first = open_writer(database)
    Writer(first).take(records(statement("s1")))
    first.execute("UPDATE meta SET value = 'older' WHERE name = 'schema'")
    first.commit()
    first.close()
    second = open_writer(database)
    assert Writer(second).next_offsets() == {}
    assert pair(second) == {}
    second.close()


def test_a_file_that_is_no_database_is_refused_and_kept(database: Path) -> None:
    database.write_bytes(b"somebody's notes, long enough to look at " * 40)
    with pytest.raises(UserError, match="is not a read model of the timeline"):
        open_writer(database)
    assert database.read_bytes().startswith(b"somebody's notes")


def test_a_database_of_somebody_else_is_refused_and_kept(database: Path) -> None:
    theirs = sqlite3.connect(database)
    theirs.execute("CREATE TABLE photos (id)")
    theirs.close()
    with pytest.raises(UserError, match="STANCEWATCH_TIMELINE_DATABASE"):
        open_writer(database)
    theirs = sqlite3.connect(database)
    assert theirs.execute("SELECT name FROM sqlite_master").fetchall() == [("photos",)]
    theirs.close()


def test_an_unreadable_record_is_listed_and_holds_nobody_up(connection: sqlite3.Connection) -> None:
    writer = Writer(connection)
    writer.take(
        [
            Record("statements", 0, 0, b"\xff not json"),
            Record("statements", 0, 1, b'{"id": "half"}'),
            Record("statements", 0, 2, None),
            Record("statements", 0, 3, encode(statement("s1"))),
        ]
    )
    assert look_up.counts(connection)["unreadable"] == 2
    assert list(pair(connection)) == ["s1"]


def test_a_newer_reading_replaces_the_older_one_in_its_place(
    connection: sqlite3.Connection, feed: Feed
) -> None:
    feed(statement("s1", "oppose", quote="the first reading of it"))
    feed(statement("s1", "neutral", quote="the second reading of it"))
    assert pair(connection)["s1"]["stance"] == "neutral"
    assert find_statements(connection, Filters(q="first")).rows == []
    assert ids(find_statements(connection, Filters(q="second")).rows) == ["s1"]


def test_the_version_moves_with_every_batch_that_changes_something(connection: sqlite3.Connection) -> None:
    writer = Writer(connection)
    writer.take(records(statement()))
    once = get_meta(connection, "version")
    writer.take(records(statement()))
    assert get_meta(connection, "version") == once


def test_unsettled_records_are_settled_by_a_later_call(connection: sqlite3.Connection) -> None:
    writer = Writer(connection)
    writer.take(records(statement()), settle_now=False)
    assert look_up.list_positions(connection) == []
    writer.take([])
    assert len(look_up.list_positions(connection)) == 1


def test_permalinks_rest_on_a_topic_that_forgets_nothing() -> None:
    from stancewatch_schemas.topics import TOPICS

    config = TOPICS["stance-changes"].config
    assert (config["cleanup.policy"], config["retention.ms"]) == ("delete", "-1")
