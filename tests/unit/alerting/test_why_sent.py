"""Why an alert was sent, in plain words: no figures, no foreign text."""

from __future__ import annotations

from typing import Any

import pytest
from alerting.text_message import body_of
from alerting.why_sent import why_sent

from tests.unit.alerting.builders import amendment, change, evidence, position, view
from tests.unit.alerting.letters import head, shown

TECHNICAL = "A later statement contradicts the position in force: probability 0.97, threshold 0.80."
OF_TODAY = {"article_id": "post/2"}
NEW = position("support", "I now want the ferry", **OF_TODAY)
SPOKEN = evidence(**OF_TODAY)


def sentence(**more: Any) -> str:
    return why_sent(view(change(**{"to": NEW, "evidence": [SPOKEN], **more})))


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("reverse", "A newer statement says the opposite of the last known one."),
        ("soften", "A newer statement sets a condition that the last known one did not set."),
        ("harden", "A newer statement takes the other side outright; the last known one set a condition."),
        ("commit", "A newer statement takes a side; the last known one took none."),
        ("condition_added", "A newer statement sets a condition that the last known one did not set."),
        ("condition_dropped", "A newer statement drops the condition of the last known one."),
        ("none", "A newer statement differs from the last known one."),
    ],
)
def test_each_kind_of_change_has_its_reason(kind: str, says: str) -> None:
    old = position("support", "Yes") if kind == "soften" else position("oppose", "No ferry")
    assert sentence(kind=kind, **{"from": old}) == says


def test_a_softening_to_undecided_says_so() -> None:
    undecided = position("neutral", "I don't know", **OF_TODAY)
    assert sentence(kind="soften", to=undecided) == (
        "A newer statement no longer takes the side of the last known one."
    )


@pytest.mark.parametrize(
    ("voice", "whose"),
    [
        ("self", "in their own words"),
        ("spokesperson", "through a spokesperson"),
        ("organisation", "in the organisation's words"),
        ("act", "by an official act"),
    ],
)
def test_it_says_who_speaks(voice: str, whose: str) -> None:
    says = f"A newer statement, {whose}, says the opposite of the last known one."
    assert sentence(evidence=[{**SPOKEN, "voice": voice}]) == says


def test_the_voice_is_that_of_the_new_words() -> None:
    older = evidence(quote="Something else", article_id="post/0", voice="act")
    assert "official act" not in sentence(evidence=[older, SPOKEN])


def test_one_article_that_reports_both_positions_is_named_as_that() -> None:
    both = {"from": position("oppose", "No ferry"), "to": position("support", "I now want the ferry")}
    assert sentence(**both) == "One article reports both the earlier position and the new one."


@pytest.mark.parametrize("figure", ["0.97", "0.80", "threshold", "probability", "position in force"])
def test_an_alert_has_no_figures_of_the_reader(figure: str) -> None:
    letter = head(change(explanation=TECHNICAL))
    assert figure not in shown(letter) + body_of(letter)


def test_a_withdrawn_alert_tells_why_it_was_sent() -> None:
    letter = head(change(), amendment("withdrawn"))
    assert "*Why it was sent:*" in shown(letter)
    assert "\nWhy it was sent: " in body_of(letter)
