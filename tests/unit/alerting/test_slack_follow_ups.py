"""What stands below an alert in Slack, or as a message of its own where there are no threads."""

from __future__ import annotations

import pytest
from alerting.letter import Letter
from alerting.slack_message import message
from alerting.words import EVENT_REASONS, EVENTS
from stancewatch_schemas.models import Verdict

from tests.unit.alerting.builders import NOON, amendment, evidence
from tests.unit.alerting.letters import ONLY_IF, follow_up, head, shown

WHICH = "Ilse Varn on Night ferry: oppose → support"


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


@pytest.mark.parametrize(
    "event", ["corroborated", "condition_dropped", "condition_added", "corrected", "withdrawn"]
)
def test_every_follow_up_has_a_word_and_a_reason(event: str) -> None:
    text = shown(follow_up(amendment(event, explanation="")))
    assert EVENTS[event] in text
    assert EVENT_REASONS[event] in text


def test_only_an_id_that_slack_signed_is_mentioned() -> None:
    def verdict(via: str, by: str) -> str:
        given_ = Verdict.model_validate(
            {"id": "v", "alert_id": "c1", "verdict": "true", "by": by, "via": via, "given_at": NOON}
        )
        return str(message(Letter(id="v", role="verdict", entries=head().entries, verdict=given_))["blocks"])

    assert "<@U123>" in verdict("slack", "U123")
    assert "<" not in verdict("link", "<!channel>")


def test_a_withdrawal_without_a_thread_says_what_it_withdraws() -> None:
    text = shown(follow_up(amendment("withdrawn")), in_thread=False)
    assert f"*Withdrawn: {WHICH} (Harbour Post)*" in text
    assert "*Withdrawn: support* · Harbour Post" in text
    assert "“I now want the ferry”" in text
    assert "[Evidence]" in text


def test_a_corroboration_without_a_thread_says_of_what() -> None:
    text = shown(follow_up(amendment("corroborated", witnesses=2)), in_thread=False)
    assert f"*Corroborated: {WHICH}" in text
    assert "[Evidence]" in text


@pytest.mark.parametrize("event", ["withdrawn", "corrected"])
def test_what_is_also_shown_outside_its_thread_names_the_alert(event: str) -> None:
    assert WHICH in shown(follow_up(amendment(event)))


def test_in_the_thread_the_name_is_not_said_again() -> None:
    assert WHICH not in shown(follow_up(amendment("corroborated", witnesses=2)))
