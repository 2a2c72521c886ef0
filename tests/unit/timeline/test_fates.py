"""What became of a statement: struck, replaced by a revision, a copy."""

from __future__ import annotations

import sqlite3

from timeline.read_model import look_up
from timeline.read_model.statements import statements_of_pair

from tests.unit.timeline.conftest import Feed
from tests.unit.timeline.messages import ACTOR, ISSUE, change, statement


def pair(connection: sqlite3.Connection) -> dict[str, sqlite3.Row]:
    found = statements_of_pair(connection, ACTOR["id"], ISSUE["id"], limit=500)
    return {row["id"]: row for row in found.rows}


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
