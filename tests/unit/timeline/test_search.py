"""Finding statements: words and filters narrow, pages do not overlap, no word is an operator."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from timeline.read_model.statements import Filters, find_statements

from tests.unit.timeline.conftest import Feed
from tests.unit.timeline.messages import ids, statement

OTHER = {"id": "kit-lowe", "name": "Kit Lowe"}


@pytest.fixture
def filled(connection: sqlite3.Connection, feed: Feed) -> sqlite3.Connection:
    feed(
        statement("s1", "oppose", "2025-01-01T09:00:00Z", quote="no bridge over this harbour"),
        statement("s2", "support", "2025-02-01T09:00:00Z", quote="a bridge, and soon", actor=OTHER),
        statement(
            "s3",
            "neutral",
            "2025-03-01T09:00:00Z",
            quote="Señora Peña is undecided",
            counts=False,
            reason="HEARSAY",
        ),
        statement(
            "s4", "oppose", "2025-04-01T09:00:00Z", quote="no bridge", article={"source": "Coast Wire"}
        ),
    )
    return connection


def found(connection: sqlite3.Connection, **filters: str) -> list[str]:
    return ids(find_statements(connection, Filters(**filters)).rows)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["s4", "s3", "s2", "s1"]),
        ({"q": "bridge"}, ["s4", "s3", "s2", "s1"]),
        ({"q": "harbour over"}, ["s1"]),
        ({"q": "undec"}, ["s3"]),
        ({"q": "pena senora"}, ["s3"]),
        ({"stance": "oppose"}, ["s4", "s1"]),
        ({"actor": "kit-lowe"}, ["s2"]),
        ({"source": "Coast Wire"}, ["s4"]),
        ({"counts": "no"}, ["s3"]),
        ({"q": "bridge", "stance": "support"}, ["s2"]),
        ({"since": "2025-02-01"}, ["s4", "s3", "s2"]),
        ({"until": "2025-02-01"}, ["s2", "s1"]),
        ({"since": "2025-01-15", "until": "2025-03-15", "stance": "neutral"}, ["s3"]),
        ({"q": "nothing like it"}, []),
    ],
)
def test_filters_narrow(filled: sqlite3.Connection, filters: dict[str, str], expected: list[str]) -> None:
    assert found(filled, **filters) == expected


@pytest.mark.parametrize("filters", [{}, {"q": "bridge"}, {"stance": "oppose"}, {"since": "2025-01-01"}])
def test_pages_follow_each_other_without_gap_or_overlap(
    connection: sqlite3.Connection, feed: Feed, filters: dict[str, str]
) -> None:
    feed(*(statement(f"s{n}") for n in range(7)))
    seen: list[str] = []
    before: str | None = None
    for _ in range(4):
        page = find_statements(connection, Filters(**filters), int(before) if before else None, limit=3)
        seen += ids(page.rows)
        before = page.next_before
        if before is None:
            break
    assert seen == [f"s{n}" for n in reversed(range(7))]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60), st.text(max_size=20), st.sampled_from(["", "yes", "no"]))
def test_whatever_is_typed_is_searched_for_and_never_an_error(
    filled: sqlite3.Connection, words: str, source: str, counts: str
) -> None:
    find_statements(filled, Filters(q=words, source=source, counts=counts))


@pytest.mark.parametrize(
    "words", ['"', "NEAR(a b)", "quote: x", "a OR b", "*", "-bridge", "search_keys : x", "'; DROP"]
)
def test_operators_are_words(filled: sqlite3.Connection, words: str) -> None:
    assert isinstance(found(filled, q=words), list)


def test_the_words_of_filters_are_not_words_of_the_text(filled: sqlite3.Connection) -> None:
    assert found(filled, q="actorx") == []
