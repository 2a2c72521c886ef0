"""Whole article, stub before a paywall, or no article at all?"""

import pytest
from fetcher.marks import Mark, is_boilerplate, judge, without_boilerplate, without_invitation

LONG = "The council debated the ferry plan at length and the mayor answered every question. " * 20


@pytest.mark.parametrize(
    ("text", "says_paid", "mark"),
    [
        (LONG, False, Mark.FULL),
        (LONG[:400] + "\n\nSubscribe now to continue reading.", False, Mark.PAYWALL),
        (LONG[:400], True, Mark.PAYWALL),
        (LONG * 3, True, Mark.FULL),
        ("Checking your browser before accessing the site.", False, Mark.BOT_WALL),
        ("We use cookies. Accept all cookies or manage your choices.", False, Mark.CONSENT_WALL),
        ("The mayor will …", False, Mark.TEASER),
        ("  ", False, Mark.EMPTY),
        ("The minister said: “You have to subscribe to the plan.”\n\n" + LONG, False, Mark.FULL),
    ],
)
def test_the_verdict(text, says_paid, mark):
    assert judge(text, says_paid) is mark


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement",
        "Sign up for our daily newsletter",
        "Read more: Ferry sinks",
        "Share this article",
        "3 min read",
    ],
)
def test_furniture_is_recognised(line):
    assert is_boilerplate(line)


@pytest.mark.parametrize(
    "line",
    [
        "Read more “I support the ferry,” she said.",
        "Related parties must declare their interest, the court ruled on Monday, " * 4,
        "Shares fell.",
        "Advertisement taxes will rise, the minister said.",
    ],
)
def test_sentences_are_not_furniture(line):
    assert not is_boilerplate(line)


def test_furniture_is_dropped_between_paragraphs():
    assert without_boilerplate("One.\n\nAdvertisement\n\nTwo.") == "One.\n\nTwo."


def test_the_invitation_to_pay_is_dropped_at_the_end_only():
    assert without_invitation("Already a subscriber is what she was.\n\nTwo.\n\nSubscribe to continue") == (
        "Already a subscriber is what she was.\n\nTwo."
    )
