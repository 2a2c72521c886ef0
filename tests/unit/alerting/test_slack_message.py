"""An alert's head message in Slack: what an editor reads."""

from __future__ import annotations

import pytest
from alerting.slack_message import message
from alerting.text_message import body_of

from deploy.demo.fake_slack import Message, links
from tests.unit.alerting.builders import amendment, change, evidence, position
from tests.unit.alerting.letters import ONLY_IF, follow_up, head, shown


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
        "*Why:* One article reports both the earlier position and the new one.",
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


def test_a_second_report_never_makes_a_change_look_less_sure() -> None:
    second = amendment("corroborated", confidence=0.6, witnesses=2)
    assert "very likely (97 %)" in shown(head(change(), second))
    assert "Now very likely (97 %), 2 independent sources." in shown(follow_up(second))


def test_a_condition_is_told() -> None:
    conditional = position("support", "If paid for, yes", conditional=True)
    assert "support (on a condition)" in shown(head(change(to=conditional)))


def test_a_condition_that_came_later_stands_in_the_head_in_its_own_words() -> None:
    text = shown(head(change(), amendment("condition_added", to=ONLY_IF)))
    assert "Ilse Varn: oppose → support (on a condition)" in text
    assert text.index("*Then: support*") < text.index("“I now want the ferry”")
    assert text.index("*Now: support (on a condition)*") < text.index("“Only if the state pays”")


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


def test_without_buttons_the_verdicts_are_signed_links() -> None:
    content = message(head(), interactive=False)
    found = links(Message("C", "1", content["text"], content["blocks"]))
    assert sum(url.startswith("https://alerts.example/verdict?alert=c1&verdict=") for url in found) == 3


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
