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
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from stancewatch_schemas.models import Delivery, Post, SentAlert, StanceChange
from stancewatch_shared import metrics
from stancewatch_shared.clock import Clock
from stancewatch_shared.errors import Invalid, Transient
from stancewatch_shared.logs import get_logger
from stancewatch_shared.retry import Backoff
from stancewatch_shared.traces import span

from alerting import words
from alerting.batch import held_batch
from alerting.channels.base import Channel, MaybeSent
from alerting.compose import Links, cap_note, digest_letter, letter_of
from alerting.gate import CAP_WINDOW, Hold, hold_follow_up, hold_head
from alerting.giving_up import DeadLetters
from alerting.ids import digest_id
from alerting.ledger import Ledger, replace_delivery
from alerting.letter import Letter
from alerting.pick import Blocked, Item, Work, next_work
from alerting.plan import Context, muted_by
from alerting.reasons import Reason
from alerting.receivers import Receiver
from alerting.routes import Routes
from alerting.silences import Silences

LONGEST_SLEEP_SECONDS = 1.0
# After so many unclear answers the message itself is suspected, and the others no longer wait behind it.
SUSPECT_AFTER_ATTEMPTS = 3
BACKOFF = Backoff(first_seconds=1.0, longest_seconds=300.0)


@dataclass(frozen=True)
class Shared:
    """What all workers share."""

    ledger: Ledger
    routes: Routes
    silences: Silences
    links: Links
    clock: Clock
    dead_letters: DeadLetters


class Worker:
    """Delivers what the ledger holds for one receiver. ``step`` does one thing; ``run`` repeats it."""

    def __init__(self, receiver: Receiver, channel: Channel, shared: Shared) -> None:
        self.receiver = receiver
        self._channel = channel
        self._shared = shared
        self._blocked_until: datetime | None = None
        self._failures = 0

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
        if self._blocked_until is not None and now < self._blocked_until:
            return (self._blocked_until - now).total_seconds()
        with self._shared.ledger.changed:
            todo = next_work(self._shared.ledger.open_items(self.receiver.name), now)
            if todo is None:
                return LONGEST_SLEEP_SECONDS
            if isinstance(todo, datetime):
                return max(0.001, (todo - now).total_seconds())
            if isinstance(todo, Blocked):
                self._mark(todo.item, now, state="muted", reason=Reason.HEAD_NOT_SENT)
                return 0.0
            if self._settled_without_sending(todo, now):
                return 0.0
            was_uncertain = any(each.delivery.state == "sending" for each in todo.items)
            work = self._begin(todo, now)
        self._send(work, was_uncertain)
        return 0.0

    # --- before the call: all under the ledger's lock -----------------------------------------------

    def _settled_without_sending(self, work: Work, now: datetime) -> bool:
        """Muted or held instead: each only on the first attempt, for a retry was decided before."""
        first = work.items[0]
        if any(each.delivery.first_tried_at is not None for each in work.items):
            return False
        if first.delivery.role == "head":
            return self._mute_heads(work, now) or self._hold(
                work, hold_head(self.receiver, self._sent_at(now), now), now
            )
        if first.delivery.role == "follow_up":
            letter = self._letter(first, may_be_repeat=False)
            change = None if letter is None else letter.change
            return change is not None and self._hold_follow_up(first, change, now)
        if first.delivery.role == "verdict" and not self._channel.can_thread:
            self._mark(first, now, state="muted", reason=Reason.NO_THREADS)
            return True
        return False

    def _mute_heads(self, work: Work, now: datetime) -> bool:
        """What was silenced or outdone while it was held; true when something was."""
        found = False
        for item in work.items:
            view = self._shared.ledger.view(item.alert.id)
            if view is None or item.delivery.reason == Reason.REPLAYED:
                continue
            others = self._shared.ledger.related(view.head.actor.id, view.head.issue.id)
            context = Context(self._shared.routes, self._shared.silences.in_force(now), others)
            muted = muted_by(view, self.receiver.name, context, now)
            if muted is not None:
                self._mark(item, now, state="muted", reason=muted[0], detail=muted[1])
                found = True
        return found

    def _hold(self, work: Work, hold: Hold | None, now: datetime) -> bool:
        if hold is None:
            return False
        batch = held_batch(self.receiver.name, hold.until, hold.reason)
        for item in work.items:
            self._mark(item, now, reason=hold.reason, due_at=hold.until, batch=batch.key, digest_id=None)
        if hold.reason is Reason.CAP:
            self._tell_of_cap(hold.until, now)
        return True

    def _hold_follow_up(self, item: Item, change: StanceChange, now: datetime) -> bool:
        hold = hold_follow_up(self.receiver, change, now)
        if hold is not None:
            self._mark(item, now, reason=hold.reason, due_at=hold.until)
        return hold is not None

    def _sent_at(self, now: datetime) -> list[datetime]:
        """When each message of the last hour went out: a digest is one message."""
        messages: dict[str, datetime] = {}
        for alert, delivery in (
            (each.alert, each.delivery)
            for each in self._shared.ledger.sent_to(self.receiver.name, now - CAP_WINDOW)
        ):
            if delivery.sent_at is not None:
                messages[delivery.digest_id or alert.id] = delivery.sent_at
        return list(messages.values())

    def _tell_of_cap(self, until: datetime, now: datetime) -> None:
        """One visible notice per hold; where messages can be edited its number follows."""
        notice_id = f"notice/{self.receiver.name}/{until:%Y-%m-%dT%H:%M:%S}Z"
        known = self._shared.ledger.get(notice_id)
        if known is None:
            notice = Delivery(
                receiver=self.receiver.name,
                change_id=notice_id,
                role="notice",
                state="pending",
                reason=Reason.CAP_NOTICE,
                detail=words.moment(until),
                due_at=now,
            )
            self._shared.ledger.put(SentAlert(id=notice_id, deliveries=[notice], updated_at=now))
        elif self._channel.can_thread and known.deliveries[0].state == "sent":
            item = Item(known, known.deliveries[0])
            self._mark(item, now, state="pending", due_at=now, first_tried_at=None)

    def _begin(self, work: Work, now: datetime) -> Work:
        """Step 1: write that these are on their way."""
        digest = None
        if work.digest:
            known = work.items[0].delivery.digest_id
            digest = known or digest_id(self.receiver.name, [each.alert.id for each in work.items])
        items = []
        for item in work.items:
            since = item.delivery.first_tried_at or now
            alert = self._mark(item, now, state="sending", digest_id=digest, first_tried_at=since)
            items.append(Item(alert, _find(alert, item.delivery)))
        return Work(tuple(items), work.digest)

    # --- the call ------------------------------------------------------------------------------------

    def _send(self, work: Work, was_uncertain: bool) -> None:
        """Steps 2 to 5, and what becomes of a failure."""
        started = time.monotonic()
        first = work.items[0].delivery
        may_be_repeat = was_uncertain and not self._channel.can_thread
        letter = self._work_letter(work, may_be_repeat=may_be_repeat)
        if letter is None:
            self._record(work, state="muted", reason=Reason.HEAD_UNKNOWN)
            return
        post = first.post
        uncertain = was_uncertain
        try:
            head = self._head_post(work)
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
                self._update_head(work.items[0], head)
        except Invalid as error:
            self._failed(work, Reason.REFUSED, error.reason)
            return
        except Transient as error:
            # Uncertain: this attempt was unclear, or an unclear one before it could not be looked up.
            is_uncertain = uncertain or isinstance(error, MaybeSent)
            self._retry_later(work, error, post, is_uncertain=is_uncertain)
            return
        channel = self.receiver.channel
        metrics.ALERT_SEND_SECONDS.labels(channel).observe(time.monotonic() - started)
        metrics.ALERT_MESSAGES.labels(self.receiver.name, channel, letter.role).inc()
        metrics.RECEIVER_FAILING.labels(self.receiver.name, channel).set(0)
        self._note_delay(work)
        self._failures = 0
        self._record(work, state="sent", post=post, sent_at=self._shared.clock.now())
        get_logger().info("alert_sent", receiver=self.receiver.name, role=letter.role, id=letter.id)

    def _note_delay(self, work: Work) -> None:
        now_seconds = self._shared.clock.now().timestamp()
        for item in work.items:
            if item.delivery.role == "head" and item.alert.origin is not None:
                delay_seconds = max(0.0, now_seconds - item.alert.origin.timestamp_ms / 1000)
                metrics.ALERT_DELAY_SECONDS.labels(self.receiver.channel).observe(delay_seconds)

    def _look_for(self, letter: Letter, first: Delivery, head: Post | None) -> tuple[Post | None, bool]:
        """Our post of an earlier attempt, and whether we could look (a bot may lack the right to read)."""
        try:
            return self._channel.find(letter.id, first.first_tried_at or first.due_at, head), True
        except Invalid as error:
            get_logger().warning("cannot_look_for_own_post", receiver=self.receiver.name, reason=error.reason)
            return None, False

    def _letter(self, item: Item, *, may_be_repeat: bool) -> Letter | None:
        note = self._cap_note(item) if item.delivery.role == "notice" else ""
        shared = self._shared
        return letter_of(
            item.alert, item.delivery, shared.routes, shared.links, may_be_repeat=may_be_repeat, note=note
        )

    def _work_letter(self, work: Work, *, may_be_repeat: bool) -> Letter | None:
        if not work.digest:
            return self._letter(work.items[0], may_be_repeat=may_be_repeat)
        digest = work.items[0].delivery.digest_id or ""
        pairs = [(each.alert, each.delivery) for each in work.items]
        return digest_letter(
            digest, pairs, self._shared.routes, self._shared.links, may_be_repeat=may_be_repeat
        )

    def _cap_note(self, item: Item) -> str:
        held = [
            each
            for each in self._shared.ledger.open_items(self.receiver.name)
            if each.delivery.reason == Reason.CAP and each.delivery.state == "pending"
        ]
        return cap_note(len(held), self.receiver.cap_per_hour or 0, item.delivery.detail)

    def _head_post(self, work: Work) -> Post | None:
        """Where the head message of a follow-up stands."""
        if work.digest or work.items[0].delivery.role not in ("follow_up", "verdict"):
            return None
        head = self._head_of(work.items[0].alert)
        return None if head is None else head.post

    def _head_of(self, alert: SentAlert) -> Delivery | None:
        mine = (
            each for each in alert.deliveries if each.receiver == self.receiver.name and each.role == "head"
        )
        return next(mine, None)

    def _update_head(self, item: Item, post: Post) -> None:
        """Step 4. The head may be a digest: then all of its alerts are told again."""
        alert = self._shared.ledger.get(item.alert.id) or item.alert
        head = self._head_of(alert)
        if head is None:
            return
        letter: Letter | None
        if head.digest_id is None:
            letter = self._letter(Item(alert, head), may_be_repeat=False)
        else:
            pairs = [
                (other, mine)
                for other in self._shared.ledger.all_alerts()
                if (mine := self._head_of(other)) is not None and mine.digest_id == head.digest_id
            ]
            letter = digest_letter(head.digest_id, pairs, self._shared.routes, self._shared.links)
        if letter is not None:
            self._channel.update(letter, post)

    # --- after the call ------------------------------------------------------------------------------

    def _retry_later(self, work: Work, error: Transient, post: Post | None, *, is_uncertain: bool) -> None:
        now = self._shared.clock.now()
        first = work.items[0].delivery
        since = first.first_tried_at or now
        if now - since >= self.receiver.give_up_after:
            self._failed(work, Reason.GAVE_UP, error.reason)
            return
        self._failures += 1
        attempts = first.attempts + 1
        is_receivers_trouble = not isinstance(error, MaybeSent) or attempts <= SUSPECT_AFTER_ATTEMPTS
        delay_seconds = BACKOFF.delay_seconds(
            self._failures if is_receivers_trouble else attempts, error.retry_after_seconds
        )
        due_at = now + timedelta(seconds=delay_seconds)
        if is_receivers_trouble:
            self._blocked_until = due_at
        self._record(
            work,
            state="sending" if is_uncertain or post is not None else "pending",
            reason=Reason.RETRY,
            detail=error.reason[:1000],
            attempts=attempts,
            due_at=due_at,
            post=post,
        )
        self._count_failure("retried")
        get_logger().warning(
            "send_failed_will_retry",
            receiver=self.receiver.name,
            reason=error.reason,
            delay_seconds=round(delay_seconds, 1),
        )

    def _failed(self, work: Work, reason: Reason, detail: str) -> None:
        for item in work.items:
            self._shared.dead_letters.write(item.alert, item.delivery, self.receiver.name, reason, detail)
        self._record(work, state="failed", reason=reason, detail=detail[:1000])
        self._count_failure(str(reason))
        get_logger().error(
            "send_failed_for_good", receiver=self.receiver.name, reason=str(reason), detail=detail[:200]
        )

    def _count_failure(self, outcome: str) -> None:
        channel = self.receiver.channel
        metrics.ALERT_SEND_FAILURES.labels(self.receiver.name, channel, outcome).inc()
        metrics.RECEIVER_FAILING.labels(self.receiver.name, channel).set(1)

    def _record(self, work: Work, **update: object) -> None:
        now = self._shared.clock.now()
        for item in work.items:
            self._mark(item, now, **update)

    def _mark(self, item: Item, now: datetime, **update: object) -> SentAlert:
        return mark(self._shared.ledger, item, now, **update)


def mark(ledger: Ledger, item: Item, now: datetime, **update: object) -> SentAlert:
    """Write a change of one delivery; what others wrote to the alert meanwhile stays."""

    def change(alert: SentAlert) -> SentAlert:
        current = _find(alert, item.delivery)
        return replace_delivery(alert, current, current.model_copy(update=update))

    return ledger.update(item.alert.id, change, now)


def _find(alert: SentAlert, wanted: Delivery) -> Delivery:
    keys: Sequence[str] = ("receiver", "role", "change_id")
    return next(
        each for each in alert.deliveries if all(getattr(each, key) == getattr(wanted, key) for key in keys)
    )
