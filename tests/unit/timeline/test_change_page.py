"""What the page of a change, its card and its timeline tell."""

from __future__ import annotations

import re

from tests.unit.timeline.conftest import Feed, Get, words
from tests.unit.timeline.messages import amendment, change, evidence, side, statement, verdict


def test_a_change_keeps_its_address_and_says_that_it_was_withdrawn(get: Get, feed: Feed) -> None:
    feed(change(), amendment("c1-w", "withdrawn", explanation="The outlet corrected it."))
    response = get("/changes/c1")
    assert response.status_code == 200
    assert "This change was withdrawn. The outlet corrected it." in words(response)


def test_the_address_of_an_amendment_leads_to_its_change(get: Get, feed: Feed) -> None:
    feed(change(), amendment("c1-b", "corroborated"))
    response = get("/changes/c1-b")
    assert (response.status_code, response.headers["location"]) == (308, "/changes/c1")


def test_a_change_shows_both_quotes_sources_confidence_and_reason(get: Get, feed: Feed) -> None:
    feed(change())
    text = words(get("/changes/c1"))
    for part in ("I will vote against this bridge", "I have come round: build it", "very likely, 97.0", "single source",
                 "A later statement contradicts", "Reversal", "+6.5", "\u22122.0"):  # fmt: skip
        assert part in text


def test_a_change_tells_each_later_condition_in_its_own_words(get: Get, feed: Feed) -> None:
    only_if = side(
        "support", "2025-05-02T09:00:00Z", "Only if the state pays", conditional=True, source="Coast Wire"
    )
    feed(change(), amendment("c1-d", "condition_added", to=only_if))
    sides = words(get("/changes/c1")).partition("Confidence")[0]
    assert sides.index("Then") < sides.index("Now") < sides.index("Only if the state pays")
    history = words(get("/changes/c1")).partition("What happened since")[2]
    assert "Only if the state pays" in history
    assert "Coast Wire" in history


def test_a_card_tells_what_became_of_the_condition(get: Get, feed: Feed) -> None:
    only_if = side("support", "2025-05-02T09:00:00Z", "Only if the state pays", conditional=True)
    feed(change(), amendment("c1-d", "condition_added", to=only_if))
    assert "Since then: condition added. Only if the state pays" in words(get("/embed/change?id=c1"))


def test_a_withdrawn_change_is_not_called_how_it_stands_now(get: Get, feed: Feed) -> None:
    feed(change(), amendment("c1-w", "withdrawn"))
    sides = words(get("/changes/c1")).partition("Confidence")[0]
    assert "Withdrawn" in sides
    assert "Now" not in sides


def test_a_change_tells_the_report_that_corroborated_it(get: Get, feed: Feed) -> None:
    second = evidence(
        "s9", "support", 3.0, "2025-05-02T09:00:00Z", quote="Yes, build it", source="Coast Wire"
    )
    feed(change(), amendment("c1-b", "corroborated", witnesses=2, evidence=[second]))
    history = words(get("/changes/c1")).partition("What happened since")[2]
    assert "Yes, build it" in history
    assert "Coast Wire" in history


def test_a_change_shows_what_a_second_reader_says(get: Get, feed: Feed) -> None:
    note = "it reads the new words as neutral"
    feed(change(verification={"by": "judge:x prompt-1", "verdict": "disputed", "note": note}))
    text = words(get("/changes/c1"))
    for part in ("Second reader", f"disputes: {note}", "judge:x prompt-1"):
        assert part in text


def test_a_change_that_was_not_read_twice_does_not_speak_of_it(get: Get, feed: Feed) -> None:
    feed(change())
    assert "Second reader" not in words(get("/changes/c1"))


def test_the_timeline_names_why_a_statement_did_not_count(get: Get, feed: Feed) -> None:
    feed(statement(), statement("s2", "support", counts=False, reason="HEARSAY", voice="hearsay"))
    text = words(get("/timeline/orla-byrne/harbour-bridge"))
    assert (
        "Did not count: Others report it; it is not the actor's own or authorised word. HEARSAY"
        in text.replace("&#39;", "'")
    )


def test_the_timeline_strikes_corrected_words_through(get: Get, feed: Feed) -> None:
    feed(
        statement(),
        statement("n", "none", "2025-03-03T09:00:00Z", kind="correction", strikes="any", counts=False),
    )
    page = get("/timeline/orla-byrne/harbour-bridge").text
    assert re.search(r"<del>.*I will vote against this bridge</del>", page)


def test_the_confidence_of_a_withdrawn_change_is_that_of_its_time(get: Get, feed: Feed) -> None:
    feed(change())
    assert "Confidencevery likely" in words(get("/changes/c1"))
    feed(amendment("c1-w", "withdrawn"))
    assert "Confidence when it was foundvery likely" in words(get("/changes/c1"))


def test_a_withdrawn_change_says_so_in_the_title_of_its_tab(get: Get, feed: Feed) -> None:
    feed(change(), amendment("c1-w", "withdrawn"))
    assert "<title>Withdrawn: Orla Byrne" in get("/changes/c1").text


def test_a_verdict_is_called_as_on_the_button_of_the_alert(get: Get, feed: Feed) -> None:
    feed(change(), verdict("v1", "true"))
    assert "Editors sayTrue (1)" in words(get("/changes/c1"))
