"""Foreign text steers nothing: not the page, not the reading direction, not a link, not a spreadsheet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from timeline.plain_text import csv_cell, plain, web_link


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain words", "plain words"),
        ("a\u202eb\u202c", "ab"),
        ("\u2066x\u2069", "x"),
        ("bell\x07 nul\x00", "bell nul"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("family \U0001f468\u200d\U0001f469", "family \U0001f468\u200d\U0001f469"),
        ("עברית and العربية", "עברית and العربية"),
    ],
)
def test_steering_characters_go_and_words_stay(text: str, expected: str) -> None:
    assert plain(text) == expected


@given(st.text())
def test_plain_text_stays_plain(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    "url", ["https://news.example/a?b=c#d", "http://news.example:8080/", "https://bücher.example/ü"]
)
def test_web_addresses_may_be_followed(url: str) -> None:
    assert web_link(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<b>",
        "vbscript:x",
        "//news.example/a",
        "/relative",
        "https://",
        "https://good.example@evil.example/",
        "https://news.example/\u202egnp",
        'https://news.example/"onmouseover="x',
        "http://[broken",
        "https://evil.example\\@good.example",
    ],
)
def test_other_addresses_are_only_shown(url: str) -> None:
    assert web_link(url) is None


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1"])
def test_no_cell_is_a_formula(value: str) -> None:
    assert csv_cell(value) == f"'{value}"


def test_other_cells_stay_as_they_are() -> None:
    assert [csv_cell(value) for value in (None, "a=b", 0.5, True)] == ["", "a=b", "0.5", "True"]
