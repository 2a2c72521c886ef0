"""Which position is in force, and what moves it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from timeline.read_model import look_up
from timeline.read_model.database import open_writer
from timeline.read_model.look_up import ChangeFilters
from timeline.read_model.writer import Writer

from tests.unit.timeline.conftest import Feed
from tests.unit.timeline.messages import ACTOR, ISSUE, amendment, change, records, statement

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
