"""An alert as plain text: mail, webhooks and every channel without threads."""

from __future__ import annotations

from alerting.text_message import body_of, title_of

from tests.unit.alerting.builders import amendment, change
from tests.unit.alerting.letters import follow_up, head


def test_a_withdrawal_says_what_no_longer_stands_and_claims_no_confidence() -> None:
    letter = follow_up(amendment("withdrawn", explanation="The Post retracted it."))
    text = body_of(letter)
    assert title_of(letter) == "Withdrawn: Ilse Varn on Night ferry: oppose → support (Harbour Post)"
    assert text.startswith(
        "Withdrawn: The Post retracted it.\nNo longer stands (support): “I now want the ferry”"
    )
    assert "likely" not in text


def test_a_corroboration_says_how_sure_it_is_now() -> None:
    text = body_of(follow_up(amendment("corroborated", witnesses=2)))
    assert "Now very likely (97 %), 2 independent sources" in text


def test_the_confidence_of_an_alert_is_called_so() -> None:
    assert "\nConfidence: very likely (97 %), single source\n" in body_of(head(change()))
