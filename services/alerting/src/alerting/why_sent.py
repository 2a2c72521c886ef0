"""Why an alert was sent, in a sentence that an editor takes in at a glance.

The figures behind it (bits, probability, threshold) are the timeline's to show. Nothing here is foreign text. Pure.
"""

from __future__ import annotations

from stancewatch_schemas.models import StanceChange

from alerting.view import AlertView

# What the newer words do, beside the last known ones.
MOVES = {
    "reverse": "says the opposite of the last known one",
    "soften": "no longer takes the side of the last known one",
    "harden": "takes the other side outright; the last known one set a condition",
    "commit": "takes a side; the last known one took none",
    "condition_added": "sets a condition that the last known one did not set",
    "condition_dropped": "drops the condition of the last known one",
    "none": "differs from the last known one",
}
VOICES = {
    "self": "in their own words",
    "spokesperson": "through a spokesperson",
    "organisation": "in the organisation's words",
    "act": "by an official act",
}


def why_sent(view: AlertView) -> str:
    """``A newer statement, in their own words, says the opposite of the last known one.``"""
    head = view.head
    if head.from_.article_id == head.to.article_id:
        whose = _voice(head)
        return (
            f"One article reports both the earlier position and the new one{f', {whose}' if whose else ''}."
        )
    whose = _voice(head)
    return f"A newer statement{f', {whose},' if whose else ''} {_move(head)}."


def _move(head: StanceChange) -> str:
    if head.kind == "soften" and head.to.stance == head.from_.stance:
        return MOVES["condition_added"]
    return MOVES[head.kind]


def _voice(head: StanceChange) -> str:
    """Who speaks in the new words; empty where the evidence does not tell."""
    spoken = (
        each for each in head.evidence if (each.article_id, each.quote) == (head.to.article_id, head.to.quote)
    )
    return next((VOICES[each.voice] for each in spoken if each.voice in VOICES), "")
