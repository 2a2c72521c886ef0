"""The Slack message: what an editor reads, within Slack's limits, whatever the text."""

from __future__ import annotations

from typing import Any

import pytest
from alerting.compose import Links, entry_of
from alerting.letter import Letter
from alerting.slack_message import message
from alerting.text_message import body_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stancewatch_schemas.models import StanceChange, Verdict

from deploy.demo.fake_slack import Message, as_text, check_message, links, mentions
from tests.unit.alerting.builders import NOON, amendment, change, evidence, position, routes, view

LINKS = Links("https://timeline.example", "https://alerts.example", "0123456789abcdef")


def head(*changes: StanceChange) -> Letter:
    return Letter(id="d1", role="head", entries=(entry_of(view(*changes), "desk", routes(), LINKS),))


def follow_up(change_: StanceChange) -> Letter:
    entries = head(change(), change_).entries
    return Letter(id="d2", role="follow_up", entries=entries, change=change_)


def shown(letter: Letter, interactive: bool = True) -> str:
    content = message(letter, interactive)
    check_message(content)
    return as_text(Message("C", "1", content["text"], content["blocks"]))


def test_the_phone_line_says_who_issue_from_to_and_outlet() -> None:
    assert message(head())["text"] == "Ilse Varn on Night ferry: oppose → support (Harbour Post)"


def test_an_uncertain_one_says_so_first() -> None:
    assert message(head(change(confidence=0.8)))["text"].startswith("Possible: ")


@pytest.mark.parametrize(
    "part",
    [
        "Ilse Varn: oppose → support",
        "*Reversal* on *Night ferry* · *Confirmed*, single source",
        "A night ferry should run.",
        "“No ferry at night”",
        "“I now want the ferry”",
        "Harbour Post (https://post.example/1), 10 Apr 2031, 08:00 UTC",
        "very likely (97 %)",
        "Why: A direct quote in the first person.",
        "Toward the sentence: “A night ferry should run.”",
        "[Evidence] [Article]",
        "Is it right?\n[True] [Not a change] [Wrong person]",
    ],
)
def test_the_head_tells(part: str) -> None:
    assert part in shown(head())


def test_two_sources_are_counted_and_named() -> None:
    second = amendment("corroborated", witnesses=2, evidence=[evidence(source="Coast Courier")])
    text = shown(head(change(), second))
    assert "2 independent sources" in text
    assert "Reported by Harbour Post, Coast Courier" in text


def test_a_copy_is_named_and_is_no_source() -> None:
    copy = evidence(source="Coast Courier", copy_of="st-1")
    text = shown(head(change(evidence=[evidence(), copy])))
    assert "single source" in text
    assert "Reported by Harbour Post; copied by Coast Courier" in text


def test_an_outlet_that_reported_the_same_side_before_the_old_one_is_not_named() -> None:
    long_ago = evidence(
        source="Old Echo", said_at="2029-01-01T08:00:00Z", published_at="2029-01-01T08:00:00Z"
    )
    assert "Old Echo" not in shown(head(change(evidence=[long_ago, evidence()])))


def test_a_long_name_never_hides_the_positions() -> None:
    text = shown(head(change(actor={"id": "x", "name": "Very & long " * 40})))
    assert text.startswith("## Very & long")
    assert text.splitlines()[0].endswith("…: oppose → support")


def test_the_confidence_of_a_withdrawn_alert_is_that_of_its_time() -> None:
    assert "*Confidence when it was sent:*" in shown(head(change(), amendment("withdrawn")))


def test_a_digest_quotes_both_sides_with_date_and_outlet() -> None:
    text = shown(Letter(id="digest/1", role="digest", entries=head().entries))
    assert "Before: “No ferry at night”\nNow: “I now want the ferry”" in text
    assert "Harbour Post (https://post.example/1), 10 Apr 2031, 08:00 UTC · very likely (97 %)" in text


def test_a_second_report_never_makes_a_change_look_less_sure() -> None:
    second = amendment("corroborated", confidence=0.6, witnesses=2)
    assert "very likely (97 %)" in shown(head(change(), second))
    assert "Now very likely (97 %), 2 independent sources." in shown(follow_up(second))


def test_a_condition_is_told() -> None:
    conditional = position("support", "If paid for, yes", conditional=True)
    assert "support (on a condition)" in shown(head(change(to=conditional)))


ONLY_IF = position("support", "Only if the state pays", conditional=True, source="Coast Courier")


def test_a_condition_that_came_later_stands_in_the_head_in_its_own_words() -> None:
    text = shown(head(change(), amendment("condition_added", to=ONLY_IF)))
    assert "Ilse Varn: oppose → support (on a condition)" in text
    assert text.index("*Then: support*") < text.index("“I now want the ferry”")
    assert text.index("*Now: support (on a condition)*") < text.index("“Only if the state pays”")


def test_a_follow_up_on_a_condition_quotes_it_and_names_its_outlet() -> None:
    text = shown(follow_up(amendment("condition_added", to=ONLY_IF)))
    assert "*Report: support (on a condition)* · Coast Courier" in text
    assert "“Only if the state pays”" in text


def test_a_condition_reported_with_the_words_of_the_change_is_quoted_from_the_evidence() -> None:
    newest = evidence(
        statement_id="st-2", quote="Only if the state pays", published_at="2031-04-12T09:00:00Z"
    )
    text = shown(follow_up(amendment("condition_added", evidence=[evidence(), newest])))
    assert "*Report: support (on a condition)*" in text
    assert "“Only if the state pays”" in text


def test_a_corroboration_quotes_the_new_report_of_the_same_side() -> None:
    pieces = [
        evidence(source="Coast Courier", quote="Yes to the ferry", published_at="2031-04-11T09:00:00Z"),
        evidence(source="Old Echo", quote="No ferry", stance="oppose", published_at="2031-04-12T09:00:00Z"),
    ]
    text = shown(follow_up(amendment("corroborated", evidence=pieces)))
    assert "“Yes to the ferry”" in text
    assert "No ferry" not in text


def test_a_correction_puts_the_right_words_into_the_head() -> None:
    right = position("support", "I want the ferry, not now", source="Harbour Post")
    text = shown(head(change(), amendment("corrected", to=right)))
    assert "“I want the ferry, not now”" in text
    assert "“I now want the ferry”" not in text


def test_a_withdrawn_alert_says_so_and_why() -> None:
    text = shown(head(change(), amendment("withdrawn", explanation="The Post retracted it.")))
    assert "WITHDRAWN: Ilse Varn" in text
    assert "*Withdrawn.* The Post retracted it." in text
    assert "*Withdrawn: support*" in text
    assert "*Now" not in text


def test_a_correction_is_not_buried() -> None:
    assert "*Corrected.* Wrong date." in shown(
        head(change(), amendment("corrected", explanation="Wrong date."))
    )


@pytest.mark.parametrize(
    "event", ["corroborated", "condition_dropped", "condition_added", "corrected", "withdrawn"]
)
def test_every_follow_up_has_a_word_and_a_reason(event: str) -> None:
    assert shown(follow_up(amendment(event, explanation=""))).count(".") >= 2


def test_without_buttons_the_verdicts_are_signed_links() -> None:
    content = message(head(), interactive=False)
    found = links(Message("C", "1", content["text"], content["blocks"]))
    assert sum(url.startswith("https://alerts.example/verdict?alert=c1&verdict=") for url in found) == 3


def test_only_an_id_that_slack_signed_is_mentioned() -> None:
    def verdict(via: str, by: str) -> str:
        given_ = Verdict.model_validate(
            {"id": "v", "alert_id": "c1", "verdict": "true", "by": by, "via": via, "given_at": NOON}
        )
        return str(message(Letter(id="v", role="verdict", entries=head().entries, verdict=given_))["blocks"])

    assert "<@U123>" in verdict("slack", "U123")
    assert "<" not in verdict("link", "<!channel>")


def test_a_long_quote_is_kept_word_for_word_over_several_sections() -> None:
    quote = " ".join(["<word> & more"] * 300)[:4000].strip()
    assert quote in shown(head(change(to=position("support", quote)))).replace("\n", " ")


def test_a_digest_has_a_line_for_each_alert() -> None:
    entries = tuple(entry_of(view(change(f"c{n}")), "desk", routes(), LINKS) for n in range(40))
    text = shown(Letter(id="digest/1", role="digest", entries=entries, note="Held during quiet hours."))
    assert text.count("Ilse Varn on Night ferry") == 40
    assert "40 changes of position" in text


ANY = st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=500) | st.sampled_from(
    [
        "<!channel>" * 40,
        "<https://evil.example|Reuters>",
        "*_~`" * 100,
        "&" * 500,
        "\u202e" * 5,
        "x" * 500,
        "\n",
    ]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(ANY, ANY, ANY, ANY, st.sampled_from(["head", "follow_up", "digest"]))
def test_no_text_breaks_a_limit_mentions_anyone_or_forges_a_link(
    name: str, quote: str, source: str, explanation: str, role: Any
) -> None:
    hostile = position("support", quote * 7, source=source, url="https://post.example/" + quote)
    changed = change(
        actor={"id": "a", "name": name},
        issue={"id": "i", "name": source, "proposition": (explanation * 2)[:1000]},
        to=hostile,
        explanation=explanation,
        evidence=[evidence(quote=quote, source=source, url=quote)],
    )
    more = amendment("corrected", explanation=explanation, evidence=[evidence(quote=quote, source=source)])
    entry = entry_of(view(changed, more), "desk", routes(), LINKS)
    letter = Letter(id="d", role=role, entries=(entry,) * (40 if role == "digest" else 1), change=more)
    content = message(letter, True)
    check_message(content)
    sent = Message("C", "1", content["text"], content["blocks"])
    assert mentions(sent) == []
    allowed = ("https://post.example/", "https://timeline.example/")
    assert all(url.startswith(allowed) for url in links(sent))


@pytest.mark.parametrize(
    ("verdict", "line"),
    [
        ("confirmed", "Second reader: confirms"),
        ("disputed", "Second reader: disputes"),
        ("not_verified", "Second reader: not verified"),
    ],
)
def test_the_word_of_a_second_reader_is_one_line_of_slack_and_of_text(verdict: str, line: str) -> None:
    letter = head(change(verification={"by": "judge:x prompt-1", "verdict": verdict}))
    assert line in shown(letter)
    assert line in body_of(letter).splitlines()


def test_a_disputed_change_says_possible_first() -> None:
    letter = head(change(verification={"by": "judge:x prompt-1", "verdict": "disputed"}))
    assert message(letter)["text"].startswith("Possible: ")


def test_without_a_second_reader_there_is_no_such_line() -> None:
    assert "Second reader" not in shown(head()) + body_of(head())
