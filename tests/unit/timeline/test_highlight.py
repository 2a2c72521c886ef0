"""The words that were searched for are marked, whatever they look like; nothing else changes."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from timeline.highlight import is_found, marked, search_words

from tests.unit.timeline.conftest import Feed, Get
from tests.unit.timeline.messages import statement


@pytest.mark.parametrize(
    ("query", "text", "shown"),
    [
        ("bridge", "A Bridge is a bridge", "A <mark>Bridge</mark> is a <mark>bridge</mark>"),
        ("bri", "bridges, abridged", "<mark>bridges</mark>, abridged"),
        ("no", "no, not now", "<mark>no</mark>, not now"),
        ("pena", "Señora Peña", "Señora <mark>Peña</mark>"),
        ("<b>", "<b> is bold", "&lt;<mark>b</mark>&gt; is bold"),
        ("", "all <of> it", "all &lt;of&gt; it"),
        ("zebra", "none here", "none here"),
    ],
)
def test_words_are_marked_as_the_index_finds_them(query: str, text: str, shown: str) -> None:
    assert str(marked(text, search_words(query))) == shown


@given(st.text(max_size=80), st.text(max_size=20))
def test_marks_add_nothing_and_lose_nothing(text: str, query: str) -> None:
    page = str(marked(text, search_words(query)))
    assert html.unescape(re.sub("</?mark>", "", page)) == text
    assert ("<mark>" in page) is is_found(text, search_words(query))


def test_a_search_marks_its_words_in_the_quotes(get: Get, feed: Feed) -> None:
    feed(statement("s1", quote="The harbour bridge <will> come"))
    assert "The harbour <mark>bridge</mark> &lt;will&gt; come" in get("/search?q=BRIDGE").text


def test_a_word_that_stands_in_the_context_only_is_shown_at_once(get: Get, feed: Feed) -> None:
    feed(statement("s1", quote="Yes, I will", context="Asked about the ferry, she said: Yes, I will"))
    page = get("/search?q=ferry").text
    assert "<details open>" in page
    assert "<mark>ferry</mark>" in page


def test_without_a_search_nothing_is_marked_or_opened(get: Get, feed: Feed) -> None:
    feed(statement("s1"))
    page = get("/search").text
    assert "<mark>" not in page
    assert "<details open>" not in page
