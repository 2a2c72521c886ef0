"""A change as the message that editors get: both sides verbatim, evidence in bits, kind, and why it fired."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from stancewatch_schemas.models import StanceChange, Statement

from stance_classifier.changes import Announced, Change
from stance_classifier.evidence import Evidence
from stance_classifier.position_filter import FilterSettings, bits

MOST_EVIDENCE_SHOWN = 30


def compose_change(
    statement: Statement, evidence: Sequence[Evidence], change: Change, settings: FilterSettings
) -> StanceChange:
    """The message for a change that is due."""
    before, now = change.before, change.now
    return StanceChange.model_validate({
        "id": _id("changed", statement.actor.id, statement.issue.id, before.statement_id, now.statement_id),
        "event": "changed", "actor": statement.actor.model_dump(), "issue": statement.issue.model_dump(),
        "from": _side(before), "to": _side(now), "confidence": round(min(0.9999, change.probability), 4),
        "kind": kind_of(before, now), "evidence": _evidence(evidence, before.stance, now.stance),
        "witnesses": independent_witnesses(evidence, now.stance), "explanation": _why(change, settings),
        "backfill": statement.backfill, "first_seen_at": _first_seen_at(statement),
    })  # fmt: skip


def amendment(
    event: str, told: Announced, statement: Statement, evidence: Sequence[Evidence]
) -> StanceChange:
    """A follow-up to the alert that was raised for `told`.

    Its `to` is what the alert rests on; where a condition came or went, the words that say so.
    """
    spoken_in = statement.id if event.startswith("condition") else told.statement_id
    now = next((one for one in evidence if one.statement_id == spoken_in), evidence[-1])
    others = [one for one in evidence if one.stance != now.stance]
    before = max(others, key=lambda one: one.said_at, default=now)
    reasons = {
        "corroborated": "Another independent source reports the same position.",
        "condition_added": "The position is now tied to a condition.",
        "condition_dropped": "The position no longer depends on the condition.",
        "withdrawn": f"{statement.article.source} corrected the report on which this alert rested.",
    }
    return StanceChange.model_validate({
        "id": _id(event, str(told.change_id), statement.id), "event": event, "amends": told.change_id,
        "actor": statement.actor.model_dump(), "issue": statement.issue.model_dump(),
        "from": _side(before), "to": _side(now), "confidence": round(max(now.likelihoods) / sum(now.likelihoods), 4),
        "kind": event if event.startswith("condition") else "none",
        "evidence": _evidence(evidence, before.stance, now.stance) or [_item(now, before.stance, now.stance)],
        "witnesses": max(1, independent_witnesses(evidence, now.stance)), "explanation": reasons[event],
        "backfill": statement.backfill, "first_seen_at": _first_seen_at(statement),
    })  # fmt: skip


def kind_of(before: Evidence, now: Evidence) -> str:
    """reverse, commit, soften or harden: how the position moved."""
    if before.stance == "neutral":
        return "commit"
    if now.stance == "neutral":
        return "soften"
    return "harden" if before.conditional and not now.conditional else "reverse"


def independent_witnesses(evidence: Sequence[Evidence], stance: str) -> int:
    """Outlets that report the stance in words of their own since the other one was last held."""
    others = [one.said_at for one in evidence if one.weighs and one.stance != stance and not one.recap]
    since = max(others, default=None)
    sources = {
        one.source
        for one in evidence
        if one.weighs and one.stance == stance and (since is None or one.said_at >= since)
    }
    return max(1, len(sources))


def _first_seen_at(statement: Statement) -> datetime | None:
    """Of an article's later revision nobody noted when it was seen: its first sight would make the alert look late."""
    return statement.article.first_seen_at if statement.article.revision == 1 else None


def _side(one: Evidence) -> dict[str, Any]:
    return {
        "stance": one.stance, "conditional": one.conditional, "quote": one.quote, "article_id": one.article_id,
        "source": one.source, "url": one.url, "said_at": one.said_at, "published_at": one.published_at,
    }  # fmt: skip


def _evidence(evidence: Sequence[Evidence], old: str, new: str) -> list[dict[str, Any]]:
    shown = sorted((one for one in evidence if one.struck_by is None), key=lambda one: one.said_at)[
        -MOST_EVIDENCE_SHOWN:
    ]
    return [_item(one, old, new) for one in shown]


def _item(one: Evidence, old: str, new: str) -> dict[str, Any]:
    weight = 0.0 if one.copy_of or old == new else bits(one.observation(), new, old)
    return {
        "statement_id": one.statement_id, "article_id": one.article_id, "source": one.source, "url": one.url,
        "quote": one.quote, "stance": one.stance, "said_at": one.said_at, "published_at": one.published_at,
        "voice": one.voice, "bits": round(weight, 2), "copy_of": one.copy_of,
    }  # fmt: skip


def _why(change: Change, settings: FilterSettings) -> str:
    same_article = change.before.article_id == change.now.article_id
    place = (
        "the same article reports both positions"
        if same_article
        else "a later statement contradicts the position in force"
    )
    return f"{place[0].upper()}{place[1:]}: probability {change.probability:.2f}, threshold {settings.announce_threshold:.2f}."


def _id(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]
