"""Messages and bytes, and the headers beside them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stancewatch_schemas.codec import (
    LARGEST_MESSAGE_BYTES,
    InvalidMessage,
    cloud_event_headers,
    decode,
    encode,
)
from stancewatch_schemas.examples import iter_examples
from stancewatch_schemas.models import Article, StanceChange, Statement

NOON = datetime(2031, 3, 3, 12, tzinfo=UTC)
TRACE = "00-" + "1" * 32 + "-" + "2" * 16 + "-01"


def article(**fields):
    given = {"id": "post/1", "source": "Post", "url": "", "published_at": NOON, "title": "T", "text": "x"}
    return Article(**given | fields)


texts = st.text(st.characters(codec="utf-8"), max_size=200)


@given(title=texts, text=texts, authors=st.lists(texts, max_size=3))
def test_any_text_comes_back_as_it_was(title, text, authors):
    message = article(title=title, text=text, authors=authors)
    assert decode(Article, encode(message)) == message


@given(st.binary(max_size=300))
def test_any_bytes_that_are_no_statement_are_refused_with_a_reason(value):
    with pytest.raises(InvalidMessage, match=r"."):
        decode(Statement, value)


def test_the_same_message_has_the_same_bytes():
    fields = {"title": "ü", "authors": ["a", "b"]}
    assert encode(article(**fields)) == encode(article(**dict(reversed(fields.items()))))
    assert "ü".encode() in encode(article(**fields))


def test_a_reserved_word_keeps_its_name_on_the_wire():
    change = decode(StanceChange, next(iter_examples("stance-change")).value)
    assert b'"from":{' in encode(change)
    assert change.from_.quote


def test_a_message_is_frozen():
    with pytest.raises(ValueError, match="frozen"):
        article().title = "another"


def test_a_number_in_quotes_is_no_number():
    with pytest.raises(InvalidMessage, match="revision"):
        decode(Article, encode(article()).replace(b'"revision":1', b'"revision":"1"'))


def test_a_naive_time_is_refused_at_the_writer():
    with pytest.raises(ValueError, match="timezone"):
        article(published_at=datetime(2031, 3, 3, 12))


def test_a_tombstone_is_refused():
    with pytest.raises(InvalidMessage, match="no value"):
        decode(Article, None)


def test_a_giant_is_refused_before_it_is_parsed():
    with pytest.raises(InvalidMessage, match="bytes"):
        decode(Article, b" " * (LARGEST_MESSAGE_BYTES + 1))


def test_the_reason_does_not_quote_the_content():
    with pytest.raises(InvalidMessage) as refused:
        decode(Article, encode(article(text="secret words")).replace(b'"revision":1', b'"revision":0'))
    assert "secret" not in refused.value.reason


def test_headers_follow_cloudevents():
    headers = dict(cloud_event_headers(article(revision=2), "fetcher", TRACE))
    assert headers == {
        "ce_specversion": b"1.0",
        "ce_id": b"post/1/2",
        "ce_type": b"stancewatch.article.v1",
        "ce_source": b"/stancewatch/fetcher",
        "ce_time": b"2031-03-03T12:00:00+00:00",
        "content-type": b"application/json",
        "traceparent": TRACE.encode(),
    }


def test_the_same_message_has_the_same_headers_and_no_invented_trace():
    assert cloud_event_headers(article(), "fetcher") == cloud_event_headers(article(), "fetcher")
    assert "traceparent" not in dict(cloud_event_headers(article(), "fetcher"))


def test_two_revisions_are_two_events():
    ids = {dict(cloud_event_headers(article(revision=each), "fetcher"))["ce_id"] for each in (1, 2)}
    assert len(ids) == 2


def test_a_change_happened_when_its_new_position_was_published():
    change = decode(StanceChange, next(iter_examples("stance-change")).value)
    headers = dict(cloud_event_headers(change, "stance-classifier"))
    assert headers["ce_time"].decode() == change.to.published_at.isoformat()
    assert headers["ce_type"] == b"stancewatch.stance-change.v1"
