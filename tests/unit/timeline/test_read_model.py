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
from timeline.read_model.look_up import ChangeFilters
from timeline.read_model.statements import Filters, find_statements, statements_of_pair
from timeline.read_model.writer import Writer

from tests.unit.timeline.conftest import Feed
from tests.unit.timeline.messages import ACTOR, ISSUE, amendment, change, ids, records, statement, verdict


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


# --- fates of statements --------------------------------------------------------------------------


def test_a_correction_strikes_what_its_outlet_printed_before(
    connection: sqlite3.Connection, feed: Feed
) -> None:
    feed(
        statement("wrong", "oppose", "2025-03-01T09:00:00Z"),
        statement("elsewhere", "oppose", "2025-03-01T09:00:00Z", article={"source": "Coast Wire"}),
        statement("other-side", "support", "2025-03-01T09:00:00Z", quote="another thing she said that day"),
        statement("note", "none", "2025-03-03T09:00:00Z", kind="correction", strikes="oppose", counts=False),
        statement("after", "oppose", "2025-03-05T09:00:00Z", quote="words said after the correction came"),
    )
    fates = {name: row["fate"] for name, row in pair(connection).items()}
    assert fates["wrong"] == "struck"
    assert fates["elsewhere"] != "struck"
    assert (fates["other-side"], fates["after"], fates["note"]) == ("counts", "counts", "correction")
    assert pair(connection)["wrong"]["struck_by"] == "note"


def test_a_correction_of_everything_strikes_every_stance(connection: sqlite3.Connection, feed: Feed) -> None:
    feed(
        statement("s1", "support"),
        statement("note", "none", "2025-03-03T09:00:00Z", kind="correction", strikes="any", counts=False),
    )
    assert pair(connection)["s1"]["fate"] == "struck"


def test_the_right_words_beside_a_correction_are_not_struck(
    connection: sqlite3.Connection, feed: Feed
) -> None:
    feed(
        statement("right", "oppose", article={"id": "same"}),
        statement("note", "none", kind="correction", strikes="any", counts=False, article={"id": "same"}),
    )
    assert pair(connection)["right"]["fate"] == "counts"


def test_an_edited_article_replaces_its_earlier_revision(connection: sqlite3.Connection, feed: Feed) -> None:
    feed(
        statement("old", article={"id": "a", "revision": 1}),
        statement("new", "neutral", quote="I have yet to decide", article={"id": "a", "revision": 2}),
    )
    assert pair(connection)["old"]["fate"] == "struck"
    assert pair(connection)["old"]["replaced_by"] == 2
    assert look_up.list_positions(connection)[0]["stance"] == "neutral"


def test_copies_named_by_the_evidence_are_marked(connection: sqlite3.Connection, feed: Feed) -> None:
    from tests.unit.timeline.messages import evidence

    feed(
        statement("s1"),
        statement("s2", quote="quite other words"),
        change(evidence=[evidence("s1", "oppose", 2.0), evidence("s2", "oppose", 0.0, copy_of="s1")]),
    )
    assert pair(connection)["s2"]["fate"] == "copy"
    assert pair(connection)["s2"]["original_source"] == "Harbour Post"


def test_the_very_same_words_elsewhere_are_a_copy(connection: sqlite3.Connection, feed: Feed) -> None:
    feed(
        statement("s1", said="2025-03-01T09:00:00Z", quote="I will vote against this bridge, always"),
        statement("s2", said="2025-03-02T09:00:00Z", quote="“I will vote against this bridge – always”"),
        statement("s3", said="2025-03-03T09:00:00Z", quote="I oppose it"),
        statement("s4", said="2025-03-04T09:00:00Z", quote="I oppose it"),
    )
    fates = {name: row["fate"] for name, row in pair(connection).items()}
    assert fates == {"s1": "counts", "s2": "copy", "s3": "counts", "s4": "counts"}


# --- changes and positions ------------------------------------------------------------------------


def position(connection: sqlite3.Connection) -> tuple[str, bool]:
    row = look_up.get_position(connection, ACTOR["id"], ISSUE["id"])
    assert row is not None
    return row["stance"], bool(row["conditional"])


def test_the_first_counting_statement_sets_the_baseline(connection: sqlite3.Connection, feed: Feed) -> None:
    feed(
        statement("gossip", "support", counts=False, reason="HEARSAY", voice="hearsay"),
        statement("s1", "oppose"),
        statement("unsure", "support", "2025-05-01T09:00:00Z"),
    )
    assert position(connection) == ("oppose", False)


def test_history_loaded_on_purpose_leaves_its_newest_word(connection: sqlite3.Connection, feed: Feed) -> None:
    feed(
        statement("s1", "oppose", "2020-01-01T00:00:00Z", backfill=True),
        statement("s2", "support", "2023-01-01T00:00:00Z", backfill=True),
    )
    assert position(connection) == ("support", False)


def test_a_change_brings_its_position_into_force(connection: sqlite3.Connection, feed: Feed) -> None:
    feed(statement(), change())
    assert position(connection) == ("support", False)


def test_a_withdrawn_change_gives_the_position_back(connection: sqlite3.Connection, feed: Feed) -> None:
    feed(statement(), change(), amendment("c1-w", "withdrawn"))
    assert position(connection) == ("oppose", False)
    changes, _ = look_up.find_changes(connection, ChangeFilters())
    assert [row["status"] for row in changes] == ["withdrawn"]


def test_a_dropped_condition_moves_the_position_but_not_the_change(
    connection: sqlite3.Connection, feed: Feed
) -> None:
    from tests.unit.timeline.messages import side

    feed(
        change(to=side("support", "2025-04-01T09:00:00Z", "yes, if", conditional=True)),
        amendment("c1-d", "condition_dropped", witnesses=2),
    )
    assert position(connection) == ("support", False)
    row = look_up.get_change(connection, "c1")
    assert row is not None
    assert (row["to_conditional"], row["status"], row["witnesses"]) == (1, "amended", 2)


def test_a_corroboration_adds_witnesses_and_leaves_the_change_standing(
    connection: sqlite3.Connection, feed: Feed
) -> None:
    feed(change(), amendment("c1-b", "corroborated", witnesses=3, confidence=0.5))
    row = look_up.get_change(connection, "c1")
    assert row is not None
    assert (row["status"], row["witnesses"], row["confidence"]) == ("in_force", 3, 0.97)


def test_an_amendment_that_arrives_first_waits_for_its_change(
    connection: sqlite3.Connection, feed: Feed
) -> None:
    feed(amendment("c1-w", "withdrawn"))
    feed(change())
    row = look_up.get_change(connection, "c1")
    assert row is not None
    assert row["status"] == "withdrawn"
    assert row["kind"] == "reverse"


def test_one_way_or_the_other_the_order_of_arrival_in_one_batch_or_many_gives_the_same(
    tmp_path: Path,
) -> None:
    messages = [
        statement(),
        statement("s2", "support", "2025-04-01T09:00:00Z"),
        change(),
        amendment("w", "withdrawn"),
    ]
    answers = []
    for step in (1, len(messages)):
        connection = open_writer(tmp_path / f"{step}.sqlite")
        writer = Writer(connection)
        batch = records(*messages)
        for start in range(0, len(batch), step):
            writer.take(batch[start : start + step])
        answers.append([tuple(row) for row in look_up.list_positions(connection)])
        connection.close()
    assert answers[0] == answers[1]


def test_permalinks_rest_on_a_topic_that_forgets_nothing() -> None:
    from stancewatch_schemas.topics import TOPICS

    config = TOPICS["stance-changes"].config
    assert (config["cleanup.policy"], config["retention.ms"]) == ("delete", "-1")
