"""What response headers ask of a polite client."""

from datetime import UTC, datetime, timedelta

import pytest
from fetcher.headers import charset_of, conditional_headers, max_age, retry_after

NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Tue, 03 Mar 2026 12:02:00 GMT", 120),
        ("Tue, 03 Mar 2026 11:00:00 GMT", 0),
        ("99999999", 7 * 86_400),
    ],
)
def test_retry_after_is_read_in_both_forms_and_bounded(value, seconds):
    assert retry_after(value, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize("value", [None, "", "soon", "-5", "1.5", "12 34"])
def test_an_unreadable_retry_after_is_no_wish(value):
    assert retry_after(value, NOW) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "public, max-age=600"}, 600),
        ({"cache-control": 'max-age="60"'}, 60),
        ({"expires": "Tue, 03 Mar 2026 12:05:00 GMT"}, 300),
        ({"cache-control": "max-age=60", "expires": "Tue, 03 Mar 2026 13:00:00 GMT"}, 60),
    ],
)
def test_freshness_is_a_wish(headers, seconds):
    assert max_age(headers, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"cache-control": "no-cache, max-age=600"},
        {"cache-control": "max-age=0"},
        {"cache-control": "max-age=x"},
        {"expires": "0"},
        {"expires": "Tue, 03 Mar 2026 11:00:00 GMT"},
    ],
)
def test_what_is_not_fresh_says_nothing(headers):
    assert max_age(headers, NOW) is None


def test_only_known_validators_are_sent():
    assert conditional_headers('W/"a"', None) == {"If-None-Match": 'W/"a"'}


def test_a_charset_is_found_with_and_without_quotes():
    assert charset_of('text/html; Charset="UTF-8"') == "utf-8"
    assert charset_of("text/html") is None
