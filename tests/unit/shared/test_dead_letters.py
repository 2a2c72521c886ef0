from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from stancewatch_schemas.codec import decode, encode
from stancewatch_schemas.models import DeadLetter
from stancewatch_shared.dead_letters import dead_letter_topic, make_dead_letter, original_record
from stancewatch_shared.record import Record

NOW = datetime(2025, 1, 1, tzinfo=UTC)
RAW = st.none() | st.binary()
RECORDS = st.builds(
    Record,
    topic=st.just("articles"),
    partition=st.integers(0, 100),
    offset=st.integers(0, 2**53),
    value=RAW,
    key=RAW,
    headers=st.lists(st.tuples(st.text(max_size=20), RAW), max_size=5).map(tuple),
    timestamp_ms=st.integers(0, 2**53),
)


@given(RECORDS)
def test_a_dead_letter_gives_back_its_record_byte_for_byte(record: Record) -> None:
    letter = make_dead_letter(record, "group", "Invalid", "why", NOW)
    assert original_record(decode(DeadLetter, encode(letter))) == record


def test_a_dead_letter_tells_where_it_comes_from_and_who_refused_it() -> None:
    letter = make_dead_letter(Record("articles", 2, 40, b"x"), "classifier", "Invalid", "why", NOW)
    assert letter.id == "articles/2/40/classifier"


def test_a_long_message_is_bounded() -> None:
    letter = make_dead_letter(Record("articles", 2, 40, b"x"), "classifier", "Invalid", "x" * 9999, NOW)
    assert len(letter.message) == 2000


def test_every_topic_has_its_own_dead_letters() -> None:
    assert dead_letter_topic("articles") == "articles-dlq"
