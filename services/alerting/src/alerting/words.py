"""How a change is put into words: neutral, short, the same on every channel."""

from __future__ import annotations

from datetime import UTC, datetime

from stancewatch_schemas.models import PositionRef, StanceChange

from alerting.view import AlertView

STANCES = {"support": "supports", "oppose": "opposes", "neutral": "is undecided on"}
SIDES = {"support": "support", "oppose": "oppose", "neutral": "undecided"}
KINDS = {
    "reverse": "Reversal",
    "soften": "Softening",
    "harden": "Hardening",
    "commit": "Takes a side",
    "condition_added": "Condition added",
    "condition_dropped": "Condition dropped",
    "none": "Change of position",
}
EVENTS = {
    "changed": "Changed position",
    "corroborated": "Corroborated",
    "condition_dropped": "Condition dropped",
    "condition_added": "Condition added",
    "corrected": "Corrected",
    "withdrawn": "Withdrawn",
}
# What an amendment says when the classifier gave no reason of its own.
EVENT_REASONS = {
    "changed": "The position in force was replaced.",
    "corroborated": "Another independent source reports it.",
    "condition_dropped": "The position no longer depends on a condition.",
    "condition_added": "The position now depends on a condition.",
    "corrected": "A report it rests on was corrected.",
    "withdrawn": "What it rested on was corrected or retracted.",
}
SECOND_READER = {"confirmed": "confirms", "disputed": "disputes", "not_verified": "not verified"}
VERDICTS = {"true": "True", "not_a_change": "Not a change", "wrong_person": "Wrong person"}


def side(position: PositionRef) -> str:
    """``support (on a condition)``."""
    return SIDES[position.stance] + (" (on a condition)" if position.conditional else "")


def then_or_now(view: AlertView) -> str:
    """What the quote that opened the alert is called: it need not be how it stands now."""
    if view.withdrawal is not None:
        return "Withdrawn"
    return "Now" if view.condition is None else "Then"


def why(change: StanceChange) -> str:
    """The change's own explanation (foreign text), or what its kind of event means."""
    return change.explanation.strip() or EVENT_REASONS[change.event]


def confidence_words(confidence: float) -> str:
    """A probability in words and number: ``very likely (96 %)``."""
    steps = ((0.99, "almost certain"), (0.95, "very likely"), (0.8, "likely"), (0.6, "more likely than not"))
    word = next((word for least, word in steps if confidence >= least), "uncertain")
    # Never "100 %": nothing a model says is.
    return f"{word} ({min(99, int(confidence * 100))} %)"


def sources_words(witnesses: int) -> str:
    """``single source`` or ``3 independent sources``; copies of one text count once."""
    return "single source" if witnesses <= 1 else f"{witnesses} independent sources"


def second_reader_words(change: StanceChange) -> str:
    """``Second reader: disputes``; empty where none was asked."""
    word = change.verification
    return f"Second reader: {SECOND_READER[word.verdict]}" if word is not None else ""


def moment(when: datetime) -> str:
    """``16 Feb 2025, 10:00 UTC``."""
    utc = when.astimezone(UTC)
    return f"{utc.day} {utc:%b %Y, %H:%M} UTC"
