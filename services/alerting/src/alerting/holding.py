"""What becomes of due work that isn't sent now: muted, or held by quiet hours or the cap.

Decided again at the time of sending: a silence added at night, or a reversal that came meanwhile, counts.
"""

from __future__ import annotations

from datetime import datetime

from stancewatch_schemas.models import Delivery, SentAlert, StanceChange

from alerting import words
from alerting.batch import held_batch
from alerting.compose import change_of
from alerting.gate import CAP_WINDOW, Hold, hold_follow_up, hold_head
from alerting.muting import Context, muted_by
from alerting.pick import Item, Work
from alerting.reasons import Reason
from alerting.receivers import Receiver
from alerting.shared import Shared


class Holding:
    """For one receiver. ``can_thread``: its channel can edit messages and put them into threads."""

    def __init__(self, receiver: Receiver, shared: Shared, can_thread: bool) -> None:
        self._receiver = receiver
        self._shared = shared
        self._ledger = shared.ledger
        self._can_thread = can_thread

    def settle(self, work: Work, now: datetime) -> bool:
        """Mute or hold ``work``; false when it may be sent. Only a first attempt is held: a retry was decided before.

        Call under the ledger's lock.
        """
        first = work.items[0]
        if any(each.delivery.first_tried_at is not None for each in work.items):
            return False
        if first.delivery.role == "head":
            return self._mute_heads(work, now) or self._hold(
                work, hold_head(self._receiver, self._sent_at(now), now), now
            )
        if first.delivery.role == "follow_up":
            change = change_of(first.alert, first.delivery)
            return change is not None and self._hold_follow_up(first, change, now)
        if first.delivery.role == "verdict" and not self._can_thread:
            self._ledger.mark(first, now, state="muted", reason=Reason.NO_THREADS)
            return True
        return False

    def _mute_heads(self, work: Work, now: datetime) -> bool:
        """What was silenced or outdone while it was held; true when something was."""
        found = False
        for item in work.items:
            view = self._ledger.view(item.alert.id)
            if view is None or item.delivery.reason == Reason.REPLAYED:
                continue
            others = self._ledger.related(view.head.actor.id, view.head.issue.id)
            context = Context(self._shared.routes, self._shared.silences.in_force(now), others)
            muted = muted_by(view, self._receiver.name, context, now)
            if muted is not None:
                self._ledger.mark(item, now, state="muted", reason=muted[0], detail=muted[1])
                found = True
        return found

    def _hold(self, work: Work, hold: Hold | None, now: datetime) -> bool:
        if hold is None:
            return False
        batch = held_batch(self._receiver.name, hold.until, hold.reason)
        for item in work.items:
            self._ledger.mark(
                item, now, reason=hold.reason, due_at=hold.until, batch=batch.key, digest_id=None
            )
        if hold.reason is Reason.CAP:
            self._tell_of_cap(hold.until, now)
        return True

    def _hold_follow_up(self, item: Item, change: StanceChange, now: datetime) -> bool:
        hold = hold_follow_up(self._receiver, change, now)
        if hold is not None:
            self._ledger.mark(item, now, reason=hold.reason, due_at=hold.until)
        return hold is not None

    def _sent_at(self, now: datetime) -> list[datetime]:
        """When each message of the last hour went out: a digest is one message."""
        messages: dict[str, datetime] = {}
        for alert, delivery in (
            (each.alert, each.delivery)
            for each in self._ledger.sent_to(self._receiver.name, now - CAP_WINDOW)
        ):
            if delivery.sent_at is not None:
                messages[delivery.digest_id or alert.id] = delivery.sent_at
        return list(messages.values())

    def _tell_of_cap(self, until: datetime, now: datetime) -> None:
        """One visible notice per hold; where messages can be edited its number follows."""
        notice_id = f"notice/{self._receiver.name}/{until:%Y-%m-%dT%H:%M:%S}Z"
        known = self._ledger.get(notice_id)
        if known is None:
            notice = Delivery(
                receiver=self._receiver.name,
                change_id=notice_id,
                role="notice",
                state="pending",
                reason=Reason.CAP_NOTICE,
                detail=words.moment(until),
                due_at=now,
            )
            self._ledger.put(SentAlert(id=notice_id, deliveries=[notice], updated_at=now))
        elif self._can_thread and known.deliveries[0].state == "sent":
            item = Item(known, known.deliveries[0])
            self._ledger.mark(item, now, state="pending", due_at=now, first_tried_at=None)
