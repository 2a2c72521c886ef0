"""What each page says and how it is served, without a browser."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest
from timeline.progress import Progress
from timeline.settings import TimelineSettings

from tests.browser.stories import world
from tests.unit.timeline.conftest import Feed, Get
from tests.unit.timeline.messages import amendment, change, evidence, side, statement, verdict

ATOM = "{http://www.w3.org/2005/Atom}"
EVERY_PAGE = [
    "/", "/changes", "/changes/chg-bridge-1", "/change?id=h%2F..%2F%3Cx%3E%3F%23", "/search", "/search?q=bridge",
    "/timeline/orla-byrne/harbour-bridge", "/timeline?actor=%3Cscript%3E%2F..%2Fx&issue=hostile+issue",
    "/actors/orla-byrne", "/actor?id=%3Cscript%3E%2F..%2Fx", "/issues/harbour-bridge", "/issue?id=hostile+issue",
    "/method", "/embed/change?id=chg-bridge-1", "/embed/position?actor=orla-byrne&issue=harbour-bridge",
]  # fmt: skip


def words(response: httpx.Response) -> str:
    """The page's text, as one line."""
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]*>", "", response.text))


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_page_answers_with_the_strict_policy(get: Get, feed: Feed, path: str) -> None:
    feed(*world())
    response = get(path)
    assert response.status_code == 200
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_no_page_carries_foreign_markup_or_leads_astray(get: Get, feed: Feed, path: str) -> None:
    feed(*world())
    page = get(path).text
    assert "<script" not in page
    assert "<img src=x" not in page
    assert "\u202e" not in page
    assert not re.findall(r"""(?:href|src|cite)=["'](?:javascript|data|vbscript):""", page)
    assert "evil.example/" not in re.findall(r'href="([^"]*)"', page)
    assert " style=" not in page


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_no_page_asks_anybody_else_for_anything(get: Get, feed: Feed, path: str) -> None:
    feed(*world())
    loaded = re.findall(r'<(?:link|img|script|iframe)\b[^>]*?(?:href|src)="([^"]*)"', get(path).text)
    assert loaded
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded)


def test_only_cards_may_be_framed(get: Get, feed: Feed) -> None:
    feed(statement(), change())
    assert "frame-ancestors 'none'" in get("/").headers["content-security-policy"]
    assert "frame-ancestors *" in get("/embed/change?id=c1").headers["content-security-policy"]


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


@pytest.mark.parametrize(
    "path",
    ["/changes/none", "/timeline/no/body", "/actors/nobody", "/issues/none", "/nowhere", "/api/change?id=x"],
)
def test_what_is_not_there_is_a_404_that_helps(get: Get, path: str) -> None:
    response = get(path)
    assert response.status_code == 404
    assert "nothing at this address" in response.text


@pytest.mark.parametrize(
    "path",
    ["/search?stance=maybe", "/search?since=yesterday", "/search?before=x", "/changes?kind=odd", "/changes?before=99999999999999999999",
     "/search?q=" + "x" * 600, "/timeline/a/b?before=x", "/export/changes.csv?before=-1"],
)  # fmt: skip
def test_a_wrong_address_is_a_400_with_the_reason(get: Get, path: str) -> None:
    assert get(path).status_code == 400


def test_an_answer_that_is_still_the_same_is_not_sent_again(get: Get, feed: Feed) -> None:
    feed(statement())
    tag = get("/").headers["etag"]
    assert get("/", If_None_Match=tag).status_code == 304
    feed(change())
    assert get("/", If_None_Match=tag).status_code == 200


def test_the_method_page_publishes_the_error_rate(get: Get, feed: Feed) -> None:
    feed(change(), verdict("v1", "true", by="a"), change("c2"), verdict("v2", "wrong_person", "c2"))
    text = words(get("/method"))
    assert "50.0\u202f% of the 2 changes that editors judged were wrong (1 of 2)" in text
    assert "desk@news.example" in text


def test_an_editor_who_thinks_again_is_counted_once(get: Get, feed: Feed) -> None:
    feed(
        change(),
        verdict("v1", "not_a_change", at="2025-04-02T08:00:00Z"),
        verdict("v2", "true", at="2025-04-02T09:00:00Z"),
    )
    assert "0.0\u202f% of the 1 change that editors judged was wrong" in words(get("/method"))


def test_nobody_is_named_who_gave_a_verdict(get: Get, feed: Feed) -> None:
    feed(change(), verdict("v1", by="U777SECRET"))
    for path in ("/method", "/changes/c1", "/api/change?id=c1"):
        assert "U777SECRET" not in get(path).text


def test_the_feed_is_atom_and_withdrawn_changes_say_so(get: Get, feed: Feed) -> None:
    feed(*world())
    response = get("/feeds/changes.atom")
    assert response.headers["content-type"].startswith("application/atom+xml")
    root = ElementTree.fromstring(response.text)
    titles = [entry.findtext(f"{ATOM}title") or "" for entry in root.iter(f"{ATOM}entry")]
    assert "Withdrawn: Orla Byrne on Harbour bridge: Supports → Opposes" in titles
    ids = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids) == 4


def test_an_empty_feed_is_a_feed(get: Get) -> None:
    ElementTree.fromstring(get("/feeds/changes.atom").text)


def test_a_feed_takes_the_filters_of_the_list(get: Get, feed: Feed) -> None:
    feed(*world())
    root = ElementTree.fromstring(get("/feeds/changes.atom?actor=etienne-morel").text)
    assert len(list(root.iter(f"{ATOM}entry"))) == 1


def test_the_csv_is_complete_and_holds_no_formula(get: Get, feed: Feed) -> None:
    feed(statement("s1", quote="=1+1, she said"), statement("s2"))
    response = get("/export/statements.csv")
    rows = list(csv.DictReader(io.StringIO(response.text.lstrip("\ufeff"))))
    assert [row["id"] for row in rows] == ["s2", "s1"]
    assert rows[1]["quote"] == "'=1+1, she said"
    assert "attachment" in response.headers["content-disposition"]


def test_an_export_leads_on_to_its_next_part(get: Get, feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("timeline.pages.export.ROWS_A_FILE", 2)
    feed(*(statement(f"s{n}") for n in range(3)))
    first = get("/export/statements.json?stance=oppose").json()
    second = get(first["next"]).json()
    assert [row["id"] for row in first["statements"] + second["statements"]] == ["s2", "s1", "s0"]
    assert second["next"] is None


def test_the_api_gives_every_message_of_a_change(get: Get, feed: Feed) -> None:
    feed(change(), amendment("c1-w", "withdrawn"), verdict("v1", "not_a_change"))
    answer = get("/api/change?id=c1").json()
    assert answer["status"] == "withdrawn"
    assert [event["event"] for event in answer["events"]] == ["changed", "withdrawn"]
    assert answer["verdicts"] == {"not_a_change": 1}


def test_the_api_gives_a_timeline(get: Get, feed: Feed) -> None:
    feed(statement(), change())
    answer = get("/api/timeline?actor=orla-byrne&issue=harbour-bridge").json()
    assert [position["stance"] for position in answer["positions"]] == ["oppose", "support"]
    assert len(answer["statements"]) == 1


def test_a_page_that_is_not_complete_says_so_and_is_not_ready(get: Get, progress: Progress) -> None:
    progress.caught_up = False
    progress.expect(10)
    assert "still reading the topics: 0 of 10 records" in words(get("/"))
    assert get("/readyz").status_code == 503
    assert get("/healthz").status_code == 200


def test_a_permalink_does_not_seem_dead_while_the_topics_are_read(get: Get, progress: Progress) -> None:
    progress.caught_up = False
    response = get("/changes/not-read-yet")
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")


def test_metrics_name_pages_and_never_paths(get: Get, feed: Feed) -> None:
    feed(change())
    get("/changes/c1")
    text = get("/metrics").text
    assert 'stancewatch_timeline_request_duration_seconds_count{page="change",status="2xx"}' in text
    assert "c1" not in text


def test_nothing_can_be_written(get: Get, database: Path) -> None:
    import sqlite3

    from timeline.read_model.database import Readers

    with pytest.raises(sqlite3.OperationalError, match="attempt to write"):
        Readers(database).connection().execute("DELETE FROM statements")


@pytest.mark.parametrize("url", ["ftp://x", "news.example", "https://", "https://a.example?x=1"])
def test_a_wrong_public_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must be an address"):
        TimelineSettings(timeline_public_url=url)


def test_the_public_address_is_used_in_feeds_and_permalinks(
    get: Get, feed: Feed, settings: TimelineSettings
) -> None:
    assert settings.timeline_public_url == ""
    feed(change())
    assert "http://stance.example/changes/c1" in get("/feeds/changes.atom").text
