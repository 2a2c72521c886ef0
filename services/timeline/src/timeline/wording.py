"""The words the page uses. Neutral on purpose: what was said, never what it means for anybody."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache


@dataclass(frozen=True)
class StanceWords:
    """A stance is always shown as shape and word; colour only repeats them."""

    verb: str
    short: str
    shape: str


STANCES = {
    "support": StanceWords("supports", "Supports", "▲"),
    "oppose": StanceWords("opposes", "Opposes", "▼"),
    "neutral": StanceWords("is undecided on", "Undecided", "◆"),
    "none": StanceWords("takes no position on", "No position", "○"),
}

KINDS = {
    "reverse": "Reversal",
    "soften": "Softening",
    "harden": "Hardening",
    "commit": "Commitment",
    "condition_added": "Condition added",
    "condition_dropped": "Condition dropped",
    "none": "Change",
}
KINDS_EXPLAINED = {
    "reverse": "from support to opposition, or the other way round",
    "soften": "from a clear side to undecided, or to a condition",
    "harden": "from a conditional position to the other side without condition",
    "commit": "from undecided to a clear side",
    "condition_added": "the side stays, a condition is new",
    "condition_dropped": "the side stays, the condition is gone",
}

EVENTS = {
    "changed": "Change found",
    "corroborated": "Confirmed by another source",
    "condition_dropped": "Condition dropped",
    "condition_added": "Condition added",
    "corrected": "Corrected",
    "withdrawn": "Withdrawn",
}

VOICES = {
    "self": "in their own words",
    "spokesperson": "through a spokesperson",
    "organisation": "the organisation's words",
    "act": "official act",
    "hearsay": "hearsay",
    "other": "other voice",
}

STATUSES = {"in_force": "Standing", "amended": "Amended", "withdrawn": "Withdrawn"}

VERDICTS = {"true": "True", "not_a_change": "Not a change", "wrong_person": "Wrong person"}

SECOND_READER = {"confirmed": "confirms", "disputed": "disputes", "not_verified": "not verified"}

# Every named "no" the reader may give. A name that is new here is shown as it is.
REASONS = {
    "HEARSAY": "Others report it; it is not the actor's own or authorised word.",
    "REJECTED": "The actor quotes these words in order to reject them.",
    "QUESTION": "A question takes no side.",
    "HYPOTHETICAL": "Said of a case that has not come about.",
    "IRONY": "Not meant as said.",
    "NO_POSITION": "The words take no side on the proposition.",
    "NOT_ASKED": "The watchlist does not watch this issue for this actor.",
    "BELOW_CONFIDENCE": "Too uncertain to count.",
    "MODEL_ABSTAINED": "The reader could not tell what it means.",
    "COPY": "The same text as one that was counted already: one witness.",
    "OLDER_THAN_KNOWN": "Said before what is known already.",
    "SAME_STANCE": "The position in force, in other words.",
    "BASELINE": "The first position known.",
    "RECAP": "Tells of an earlier position.",
    "CORRECTION": "The outlet corrects what it printed.",
    "SAME_NAME": "Another person of the same name.",
    "BACKFILL": "History loaded on purpose.",
}


def stance_label(stance: str, conditional: bool = False) -> str:
    """``Supports, on condition``."""
    words = STANCES.get(stance, STANCES["none"]).short
    return f"{words}, on condition" if conditional and stance in ("support", "oppose") else words


def shape(stance: str) -> str:
    """The sign that goes with a stance."""
    return STANCES.get(stance, STANCES["none"]).shape


def reason_text(reason: str | None) -> str:
    """Why a statement did not count, in a sentence."""
    if not reason:
        return "No reason was given."
    return REASONS.get(reason, reason.replace("_", " ").capitalize() + ".")


def confidence_words(confidence: float) -> str:
    """A probability as an editor says it: the same words as in the alerts."""
    steps = ((0.99, "almost certain"), (0.95, "very likely"), (0.8, "likely"), (0.6, "more likely than not"))
    return next((words for least, words in steps if confidence >= least), "uncertain")


def percent(value: float) -> str:
    """``0.987`` -> ``98.7 %``; never rounded up to certainty."""
    return f"{min(math.floor(value * 1000) / 10, 99.9):.1f}\u202f%" if value < 1 else "100\u202f%"


def witnesses_text(count: int) -> str:
    """``single source`` or ``n independent sources``."""
    return "single source" if count == 1 else f"{count} independent sources"


def signed(bits: float) -> str:
    """``+3.2`` or ``−1.4``, with a true minus sign."""
    return f"{bits:+.1f}".replace("-", "\u2212")


def odds_text(bits: float) -> str:
    """What bits do to the odds: one bit doubles them."""
    factor = 2 ** min(abs(bits), 40.0)
    if factor < 1.05:
        return "no difference"
    number = f"{factor:.1f}" if factor < 10 else f"{factor:,.0f}"
    return f"{number} times {'likelier' if bits > 0 else 'less likely'}"


@lru_cache(maxsize=4096)
def date_text(moment: str, precision: str = "published") -> str:
    """An RFC 3339 moment as exactly as it is known, in UTC."""
    when = parse_moment(moment)
    day = f"{when.day} {when:%b %Y}"
    if precision == "week":
        monday = when - timedelta(days=when.weekday())
        return f"week of {monday.day} {monday:%b %Y}"
    texts = {"day": day, "month": f"{when:%B %Y}", "year": f"{when:%Y}", "past": f"some time before {day}"}
    return texts.get(precision) or f"{day}, {when:%H:%M} UTC"


def parse_moment(moment: str) -> datetime:
    """An RFC 3339 moment, in UTC."""
    return datetime.fromisoformat(moment).astimezone(UTC)
