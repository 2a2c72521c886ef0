"""From deliveries to the letter a channel is given: links, tier, notes. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from urllib.parse import quote, urlencode

from stancewatch_schemas.codec import decode
from stancewatch_schemas.models import Delivery, SentAlert, StanceChange, Verdict

from alerting.ids import delivery_id
from alerting.letter import Entry, Letter
from alerting.matching import tier_of
from alerting.reasons import Reason
from alerting.routes import Routes
from alerting.signatures import sign_link
from alerting.view import AlertView, view_of
from alerting.words import VERDICTS

M = TypeVar("M", StanceChange, Verdict)


@dataclass(frozen=True)
class Links:
    """Where the pages are. ``link_secret`` signs verdict links; without it or ``public_url`` there are none.

    ``until``: the last day (UTC) on which a verdict link may be used.
    """

    timeline_url: str | None = None
    public_url: str | None = None
    link_secret: str | None = None
    until: date = date.max

    def timeline(self, alert_id: str) -> str | None:
        """Permalink of the change on the timeline."""
        if self.timeline_url is None:
            return None
        return f"{self.timeline_url.rstrip('/')}/changes/{quote(alert_id, safe='')}"

    def verdicts(self, alert_id: str, receiver: str) -> tuple[tuple[str, str], ...]:
        """(verdict, link) for each verdict."""
        if self.public_url is None or self.link_secret is None:
            return ()
        base = f"{self.public_url.rstrip('/')}/verdict"
        return tuple((name, f"{base}?{self._query(alert_id, name, receiver)}") for name in VERDICTS)

    def _query(self, alert_id: str, verdict: str, receiver: str) -> str:
        until = self.until.isoformat()
        signature = sign_link(self.link_secret or "", alert_id, verdict, receiver, until)
        parts = {"alert": alert_id, "verdict": verdict, "receiver": receiver, "until": until}
        return urlencode({**parts, "signature": signature})


def entry_of(view: AlertView, receiver: str, routes: Routes, links: Links) -> Entry:
    """The alert for this receiver."""
    alert_id = view.head.id
    return Entry(
        view=view,
        tier=tier_of(view, routes.tiers),
        timeline_url=links.timeline(alert_id),
        verdict_urls=links.verdicts(alert_id, receiver),
    )


def letter_of(
    alert: SentAlert, delivery: Delivery, routes: Routes, links: Links, *, may_be_repeat: bool, note: str = ""
) -> Letter | None:
    """The letter of one delivery; None when there is nothing (left) to tell."""
    if delivery.role == "notice":
        return Letter(id=delivery_id(delivery), role="notice", note=note, may_be_repeat=may_be_repeat)
    view = view_of(alert)
    if view is None:
        return None
    change, verdict = None, None
    if delivery.role == "follow_up":
        change = _by_id(alert.changes, delivery.change_id, StanceChange)
        if change is None:
            return None
    if delivery.role == "verdict":
        verdict = _by_id(alert.verdicts, delivery.change_id, Verdict)
        if verdict is None:
            return None
    return Letter(
        id=delivery_id(delivery),
        role=delivery.role,
        entries=(entry_of(view, delivery.receiver, routes, links),),
        change=change,
        verdict=verdict,
        may_be_repeat=may_be_repeat,
        trace=alert.trace,
    )


def change_of(alert: SentAlert, delivery: Delivery) -> StanceChange | None:
    """The change this delivery tells."""
    return _by_id(alert.changes, delivery.change_id, StanceChange)


def digest_letter(
    digest: str,
    items: Sequence[tuple[SentAlert, Delivery]],
    routes: Routes,
    links: Links,
    *,
    may_be_repeat: bool = False,
) -> Letter:
    """Several alerts in one letter; its note says why they were held."""
    views = [(view, delivery) for alert, delivery in items if (view := view_of(alert)) is not None]
    return Letter(
        id=digest,
        role="digest",
        entries=tuple(entry_of(view, delivery.receiver, routes, links) for view, delivery in views),
        note=_why_together([delivery for _, delivery in views]),
        may_be_repeat=may_be_repeat,
    )


def cap_note(held: int, cap_per_hour: int, until: str) -> str:
    """What the receiver reads while alerts are held by the cap."""
    more = "1 more alert is held" if held == 1 else f"{held} more alerts are held"
    return f"{more} (this channel takes {cap_per_hour} an hour). Next ones at {until}; nothing is lost."


def _why_together(deliveries: Sequence[Delivery]) -> str:
    batches = {each.batch or "" for each in deliveries}
    words = {
        f"/{Reason.QUIET_HOURS}/": "Held during quiet hours.",
        f"/{Reason.CAP}/": f"{len(deliveries)} held by the cap per hour.",
        "/daily/": "Daily digest.",
        "/group/": "They came at nearly the same time.",
    }
    return next((text for part, text in words.items() if any(part in batch for batch in batches)), "")


def _by_id(texts: Sequence[str], wanted: str, model: type[M]) -> M | None:
    found = next((text for text in texts if json.loads(text)["id"] == wanted), None)
    return None if found is None else decode(model, found.encode())
