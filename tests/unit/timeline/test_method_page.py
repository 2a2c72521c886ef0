"""The published error rate: counted live, naming nobody."""

from __future__ import annotations

import pytest

from tests.unit.timeline.conftest import Feed, Get, words
from tests.unit.timeline.messages import change, verdict


def test_the_method_page_publishes_the_error_rate(get: Get, feed: Feed) -> None:
    feed(change(), verdict("v1", "true", by="a"), change("c2"), verdict("v2", "wrong_person", "c2"))
    text = words(get("/method"))
    assert "50.0\u202f% of what editors judged was wrong: 1 of 2 changes." in text
    assert "desk@news.example" in text


def test_an_editor_who_thinks_again_is_counted_once(get: Get, feed: Feed) -> None:
    feed(
        change(),
        verdict("v1", "not_a_change", at="2025-04-02T08:00:00Z"),
        verdict("v2", "true", at="2025-04-02T09:00:00Z"),
    )
    assert "0.0\u202f% of what editors judged was wrong: 0 of 1 change." in words(get("/method"))


@pytest.mark.parametrize(("judged", "says_so"), [(1, True), (14, True), (15, False)])
def test_a_rate_of_few_verdicts_says_that_it_says_little(
    get: Get, feed: Feed, judged: int, says_so: bool
) -> None:
    feed(*(each for n in range(judged) for each in (change(f"c{n}"), verdict(f"v{n}", "true", f"c{n}"))))
    assert ("so few verdicts say little" in words(get("/method"))) is says_so


def test_nobody_is_named_who_gave_a_verdict(get: Get, feed: Feed) -> None:
    feed(change(), verdict("v1", by="U777SECRET"))
    for path in ("/method", "/changes/c1", "/api/change?id=c1"):
        assert "U777SECRET" not in get(path).text
