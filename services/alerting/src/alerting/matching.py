"""Does this alert match, and if not, which condition says no? Pure."""

from __future__ import annotations

from datetime import datetime

from stancewatch_schemas.models import Silence, StanceChange

from alerting.routes import Desk, Match, Routes, Tiers
from alerting.view import AlertView, Tier


def tier_of(view: AlertView, tiers: Tiers) -> Tier:
    """``confirmed`` or ``possible``: what a second reader disputes stays possible, however sure the first is."""
    if view.is_disputed:
        return "possible"
    sure = view.confidence >= tiers.confirmed_confidence or view.witnesses >= tiers.confirmed_witnesses
    return "confirmed" if sure else "possible"


def desks_of(change: StanceChange, desks: tuple[Desk, ...]) -> list[str]:
    """Names of the desks that follow the actor or the issue."""
    return [desk.name for desk in desks if change.actor.id in desk.actors or change.issue.id in desk.issues]


def mismatch(match: Match, view: AlertView, routes: Routes) -> str | None:
    """None when it matches, else the first condition that doesn't, for a person to read."""
    head = view.head
    desks = desks_of(head, routes.desks)
    language = (head.language or "").split("-")[0].lower()
    checks: list[tuple[bool, str]] = [
        (not match.actors or head.actor.id in match.actors, f"actor {head.actor.id} is not among its actors"),
        (not match.issues or head.issue.id in match.issues, f"issue {head.issue.id} is not among its issues"),
        (
            not match.desks or bool(set(desks) & set(match.desks)),
            f"no desk of it ({', '.join(desks) or 'none'})",
        ),
        (not match.kinds or head.kind in match.kinds, f"kind {head.kind} is not among its kinds"),
        (
            not match.languages or language in {each.split("-")[0].lower() for each in match.languages},
            f"language {language or 'unknown'} is not among its languages",
        ),
        (
            match.tier is None or tier_of(view, routes.tiers) == match.tier,
            f"it is {tier_of(view, routes.tiers)}, not {match.tier}",
        ),
        (
            view.confidence >= match.min_confidence,
            f"confidence {view.confidence:.2f} is below {match.min_confidence:.2f}",
        ),
        (
            view.witnesses >= match.min_witnesses,
            f"{view.witnesses} independent sources, fewer than {match.min_witnesses}",
        ),
    ]
    return next((reason for matches, reason in checks if not matches), None)


def silence_for(
    view: AlertView, receiver: str, silences: list[Silence], routes: Routes, now: datetime
) -> Silence | None:
    """The silence in force that covers this alert at this receiver, or None."""
    head = view.head
    for silence in silences:
        match = silence.match
        if (
            silence.starts_at <= now < silence.expires_at
            and (not match.actors or head.actor.id in match.actors)
            and (not match.issues or head.issue.id in match.issues)
            and (not match.kinds or head.kind in match.kinds)
            and (not match.desks or bool(set(desks_of(head, routes.desks)) & set(match.desks)))
            and (not match.receivers or receiver in match.receivers)
        ):
            return silence
    return None
