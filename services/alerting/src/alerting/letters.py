"""The letters of one receiver, from what the ledger holds."""

from __future__ import annotations

from stancewatch_schemas.models import Delivery, Post, SentAlert

from alerting.compose import cap_note, digest_letter, letter_of
from alerting.letter import Letter
from alerting.pick import Item, Work
from alerting.reasons import Reason
from alerting.receivers import Receiver
from alerting.shared import Shared


class Letters:
    """Reads the ledger, writes nothing."""

    def __init__(self, receiver: Receiver, shared: Shared) -> None:
        self._receiver = receiver
        self._shared = shared

    def of_item(self, item: Item, *, may_be_repeat: bool) -> Letter | None:
        """The letter of one delivery; None when there is nothing to tell."""
        note = self._cap_note(item) if item.delivery.role == "notice" else ""
        shared = self._shared
        return letter_of(
            item.alert,
            item.delivery,
            shared.routes,
            shared.links_now(),
            may_be_repeat=may_be_repeat,
            note=note,
        )

    def of_work(self, work: Work, *, may_be_repeat: bool) -> Letter | None:
        """The one message that ``work`` is."""
        if not work.digest:
            return self.of_item(work.items[0], may_be_repeat=may_be_repeat)
        digest = work.items[0].delivery.digest_id or ""
        pairs = [(each.alert, each.delivery) for each in work.items]
        return digest_letter(
            digest, pairs, self._shared.routes, self._shared.links_now(), may_be_repeat=may_be_repeat
        )

    def _cap_note(self, item: Item) -> str:
        held = [
            each
            for each in self._shared.ledger.open_items(self._receiver.name)
            if each.delivery.reason == Reason.CAP and each.delivery.state == "pending"
        ]
        return cap_note(len(held), self._receiver.cap_per_hour or 0, item.delivery.detail)

    def head_post(self, work: Work) -> Post | None:
        """Where the head message of a follow-up stands."""
        if work.digest or work.items[0].delivery.role not in ("follow_up", "verdict"):
            return None
        head = self._head_of(work.items[0].alert)
        return None if head is None else head.post

    def _head_of(self, alert: SentAlert) -> Delivery | None:
        mine = (
            each for each in alert.deliveries if each.receiver == self._receiver.name and each.role == "head"
        )
        return next(mine, None)

    def head_now(self, item: Item) -> Letter | None:
        """The head of this follow-up's alert as it should read now; a digest tells all of its alerts again."""
        alert = self._shared.ledger.get(item.alert.id) or item.alert
        head = self._head_of(alert)
        if head is None:
            return None
        if head.digest_id is None:
            return self.of_item(Item(alert, head), may_be_repeat=False)
        pairs = [
            (other, mine)
            for other in self._shared.ledger.all_alerts()
            if (mine := self._head_of(other)) is not None and mine.digest_id == head.digest_id
        ]
        return digest_letter(head.digest_id, pairs, self._shared.routes, self._shared.links_now())
