"""One receiver's worker: a thread of its own, so that a slow or failing receiver delays nobody else.

A message goes out in these steps; kill -9 between any two of them loses nothing and repeats nothing visible
where the channel can find its own posts:

1. write "sending" to the ledger (with the digest's id)
2. if an earlier attempt may have gone out: look for its post
3. else send
4. a follow-up or verdict: make the head tell the truth of now
5. write "sent" with the place of the post
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import datetime

from stancewatch_schemas.models import Delivery, Post
from stancewatch_shared.errors import Invalid, Transient
from stancewatch_shared.logs import get_logger
from stancewatch_shared.traces import span

from alerting.channels.base import Channel, MaybeSent
from alerting.holding import Holding
from alerting.ids import digest_id
from alerting.ledger import find_delivery
from alerting.letter import Letter
from alerting.letters import Letters
from alerting.outcome import Outcome
from alerting.pick import Blocked, Item, Work, next_work
from alerting.reasons import Reason
from alerting.receivers import Receiver
from alerting.shared import Shared

LONGEST_SLEEP_SECONDS = 1.0


class Worker:
    """Delivers what the ledger holds for one receiver. ``step`` does one thing; ``run`` repeats it."""

    def __init__(self, receiver: Receiver, channel: Channel, shared: Shared) -> None:
        self.receiver = receiver
        self._channel = channel
        self._shared = shared
        self._letters = Letters(receiver, shared)
        self._holding = Holding(receiver, shared, channel.can_thread)
        self._outcome = Outcome(receiver, shared)

    def run(self, stop: threading.Event) -> None:
        """Until ``stop`` is set. A message in hand is finished first."""
        ledger = self._shared.ledger
        while not stop.is_set():
            wait_seconds = self.step()
            if wait_seconds > 0:
                with ledger.changed:
                    if not stop.is_set():
                        ledger.changed.wait(min(wait_seconds, LONGEST_SLEEP_SECONDS))

    def step(self) -> float:
        """Do the next thing, if one is due; returns for how many seconds there is nothing to do."""
        now = self._shared.clock.now()
        if self._outcome.blocked_until is not None and now < self._outcome.blocked_until:
            return (self._outcome.blocked_until - now).total_seconds()
        with self._shared.ledger.changed:
            todo = next_work(self._shared.ledger.open_items(self.receiver.name), now)
            if todo is None:
                return LONGEST_SLEEP_SECONDS
            if isinstance(todo, datetime):
                return max(0.001, (todo - now).total_seconds())
            if isinstance(todo, Blocked):
                self._shared.ledger.mark(todo.item, now, state="muted", reason=Reason.HEAD_NOT_SENT)
                return 0.0
            if self._holding.settle(todo, now):
                return 0.0
            was_uncertain = any(each.delivery.state == "sending" for each in todo.items)
            work = self._begin(todo, now)
        self._send(work, was_uncertain)
        return 0.0

    def _begin(self, work: Work, now: datetime) -> Work:
        """Step 1: write that these are on their way."""
        digest = None
        if work.digest:
            known = work.items[0].delivery.digest_id
            digest = known or digest_id(self.receiver.name, [each.alert.id for each in work.items])
        items = []
        for item in work.items:
            since = item.delivery.first_tried_at or now
            alert = self._shared.ledger.mark(
                item, now, state="sending", digest_id=digest, first_tried_at=since
            )
            items.append(Item(alert, find_delivery(alert, item.delivery)))
        return Work(tuple(items), work.digest)

    def _send(self, work: Work, was_uncertain: bool) -> None:
        """Steps 2 to 5, and what becomes of a failure."""
        started = time.monotonic()
        first = work.items[0].delivery
        may_be_repeat = was_uncertain and not self._channel.can_thread
        letter = self._letters.of_work(work, may_be_repeat=may_be_repeat)
        if letter is None:
            self._outcome.record(work, state="muted", reason=Reason.HEAD_UNKNOWN)
            return
        post = first.post
        uncertain = was_uncertain
        try:
            head = self._letters.head_post(work)
            if first.role == "notice" and post is not None:
                self._channel.update(letter, post)
            elif post is None:
                if was_uncertain and self._channel.can_thread:
                    post, has_looked = self._look_for(letter, first, head)
                    uncertain = not has_looked
                    letter = letter if has_looked else replace(letter, may_be_repeat=True)
                if post is None:
                    with span("send_alert", letter.trace):
                        post = self._channel.send(letter, head)
            if first.role in ("follow_up", "verdict") and head is not None and self._channel.can_thread:
                told_now = self._letters.head_now(work.items[0])
                if told_now is not None:
                    self._channel.update(told_now, head)
        except Invalid as error:
            self._outcome.failed(work, Reason.REFUSED, error.reason)
            return
        except Transient as error:
            # Uncertain: this attempt was unclear, or an unclear one before it could not be looked up.
            is_uncertain = uncertain or isinstance(error, MaybeSent)
            self._outcome.retry_later(work, error, post, is_uncertain=is_uncertain)
            return
        self._outcome.sent(work, letter, post, time.monotonic() - started)

    def _look_for(self, letter: Letter, first: Delivery, head: Post | None) -> tuple[Post | None, bool]:
        """Our post of an earlier attempt, and whether we could look (a bot may lack the right to read)."""
        try:
            return self._channel.find(letter.id, first.first_tried_at or first.due_at, head), True
        except Invalid as error:
            get_logger().warning("cannot_look_for_own_post", receiver=self.receiver.name, reason=error.reason)
            return None, False
