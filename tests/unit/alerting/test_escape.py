"""Foreign text arrives as plain text: nothing in it mentions, links, formats, turns or hides."""

from __future__ import annotations

import re

import pytest
from alerting.escape import neutral, pieces, plain, safe_url, shorten, slack_escape, slack_link, slack_name
from hypothesis import given
from hypothesis import strategies as st

HOSTILE = st.text(alphabet="<>&!@#|*_~`[]()ab \n\u202e\u200b\x1b;:/", max_size=60) | st.text(max_size=60)


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("<https://evil.example|Reuters>", "&lt;https://evil.example|Reuters&gt;"),
        ("&lt;!here&gt;", "&amp;lt;!here&amp;gt;"),
        ("a\u202eb\u2066c\u200fd", "abcd"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("line\nbreak\r\nand\u2028more", "line break and more"),
        ("\x1b[31mred", "[31mred"),
    ],
)
def test_slack_escape_makes_it_plain(foreign: str, shown: str) -> None:
    assert slack_escape(foreign) == shown


@given(HOSTILE)
def test_nothing_escaped_can_open_or_close_slack_markup(text: str) -> None:
    assert not set("<>\n\r\x1b\u202e") & set(slack_escape(text))


@given(HOSTILE)
def test_a_name_opens_no_formatting(text: str) -> None:
    assert not set("*_~`") & set(slack_name(text))


@given(HOSTILE)
def test_escaping_is_undone_by_slack_to_what_was_printed(text: str) -> None:
    shown = slack_escape(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert shown == plain(text)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "",
        "//x",
        "https://",
        "http://[bad",
        "x" * 5000,
        "https://post.example@evil.example/1",
        "https://evil.example\\@post.example",
    ],
)
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    assert safe_url(url) is None
    assert "<" not in slack_link(url, "Post")


def test_an_address_can_not_break_out_of_its_link() -> None:
    link = slack_link("https://x.example/a|b>c <!channel>?q=1&r=2", "Post|News")
    assert link == "<https://x.example/a%7Cb%3Ec%20%3C!channel%3E?q=1&amp;r=2|Post¦News>"


@given(st.text(max_size=80))
def test_every_link_is_one_link(url: str) -> None:
    link = slack_link(f"https://x.example/{url}", "Post")
    assert re.fullmatch(r"<https://[^<>|\s]+\|Post>|Post", link)


@pytest.mark.parametrize("foreign", ["@everyone", "<!here>", "[Reuters](https://evil.example)"])
def test_unknown_channels_get_broken_markup(foreign: str) -> None:
    assert foreign not in neutral(foreign)


def test_a_cut_never_splits_an_entity() -> None:
    for length in range(4, 30):
        assert "&" not in shorten(slack_escape("&&&&&&&&"), length).replace("&amp;", "")


@given(HOSTILE, st.integers(min_value=10, max_value=40))
def test_pieces_lose_nothing_but_spaces(text: str, longest: int) -> None:
    escaped = slack_escape(text)
    parts = pieces(escaped, longest)
    assert all(len(part) <= longest for part in parts)
    assert "".join(parts).replace(" ", "") == escaped.replace(" ", "")
    assert all("&" not in part.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "") for part in parts)
