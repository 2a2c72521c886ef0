"""Atom and JSON Feed of the alerts a receiver got. Pure; everything foreign is text, never markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from stancewatch_schemas.models import SentAlert

from alerting.compose import Links, entry_of
from alerting.escape import plain
from alerting.letter import Entry, Letter
from alerting.routes import Routes
from alerting.text_message import body_of, headline
from alerting.view import view_of

ATOM = "http://www.w3.org/2005/Atom"
MOST_ENTRIES = 100


@dataclass(frozen=True)
class FeedEntry:
    """``updated_at``: when the alert was last amended; ids stay the same for ever."""

    id: str
    entry: Entry
    sent_at: datetime
    updated_at: datetime

    @property
    def title(self) -> str:
        return headline(self.entry)

    @property
    def text(self) -> str:
        return body_of(Letter(id=self.id, role="head", entries=(self.entry,)))


def feed_entries(alerts: Sequence[SentAlert], receiver: str, routes: Routes, links: Links) -> list[FeedEntry]:
    """What this receiver was sent, newest first. A feed may be public: it offers no verdict links."""
    found = []
    public = Links(links.timeline_url)
    for alert in alerts:
        view = view_of(alert)
        head = next((e for e in alert.deliveries if e.receiver == receiver and e.role == "head"), None)
        if view is None or head is None or head.sent_at is None:
            continue
        sent = [each.sent_at for each in alert.deliveries if each.receiver == receiver and each.sent_at]
        entry = entry_of(view, receiver, routes, public)
        entry_id = f"urn:stancewatch:alert:{quote(alert.id, safe='')}"
        found.append(FeedEntry(entry_id, entry, head.sent_at, max(sent)))
    return sorted(found, key=lambda each: (each.updated_at, each.id), reverse=True)[:MOST_ENTRIES]


def atom(entries: Sequence[FeedEntry], receiver: str, self_url: str) -> bytes:
    """Atom 1.0 (RFC 4287)."""
    ElementTree.register_namespace("", ATOM)
    feed = ElementTree.Element(f"{{{ATOM}}}feed")
    updated = entries[0].updated_at if entries else datetime(1970, 1, 1, tzinfo=UTC)
    _add(feed, "id", f"urn:stancewatch:feed:{receiver}")
    _add(feed, "title", f"Stancewatch: {receiver}")
    _add(feed, "updated", updated.isoformat())
    _add(feed, "link", None, rel="self", href=self_url)
    _add(_add(feed, "author", None), "name", "Stancewatch")
    for each in entries:
        item = _add(feed, "entry", None)
        _add(item, "id", each.id)
        _add(item, "title", each.title, type="text")
        _add(item, "published", each.sent_at.isoformat())
        _add(item, "updated", each.updated_at.isoformat())
        if each.entry.timeline_url:
            _add(item, "link", None, rel="alternate", href=each.entry.timeline_url)
        _add(item, "content", each.text, type="text")
    body: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def json_feed(entries: Sequence[FeedEntry], receiver: str, self_url: str) -> dict[str, Any]:
    """JSON Feed 1.1."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"Stancewatch: {receiver}",
        "feed_url": self_url,
        "items": [_json_item(each) for each in entries],
    }


def _json_item(each: FeedEntry) -> dict[str, Any]:
    item = {
        "id": each.id,
        "title": each.title,
        "content_text": each.text,
        "date_published": each.sent_at.isoformat(),
        "date_modified": each.updated_at.isoformat(),
        "tags": [plain(each.entry.view.head.actor.name), plain(each.entry.view.head.issue.name)],
    }
    return {**item, "url": each.entry.timeline_url} if each.entry.timeline_url else item


def _add(parent: ElementTree.Element, name: str, text: str | None, **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    element.text = text
    return element
