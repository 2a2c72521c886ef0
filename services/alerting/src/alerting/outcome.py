"""What becomes of an attempt: sent, to be tried again, or failed for good; written, counted and logged."""

from __future__ import annotations

from datetime import datetime, timedelta

from stancewatch_schemas.models import Post
from stancewatch_shared import metrics
from stancewatch_shared.errors import Transient
from stancewatch_shared.logs import get_logger
from stancewatch_shared.retry import Backoff

from alerting.article_to_alert import AT_ONCE, article_to_alert
from alerting.channels.base import MaybeSent
from alerting.letter import Letter
from alerting.pick import Work
from alerting.reasons import Reason
from alerting.receivers import Receiver
from alerting.shared import Shared

# After so many unclear answers the message itself is suspected, and the others no longer wait behind it.
SUSPECT_AFTER_ATTEMPTS = 3
BACKOFF = Backoff(first_seconds=1.0, longest_seconds=300.0)


class Outcome:
    """For one receiver; ``blocked_until``: it is in trouble, nothing is tried before."""

    def __init__(self, receiver: Receiver, shared: Shared) -> None:
        self._receiver = receiver
        self._shared = shared
        self._failures = 0
        self.blocked_until: datetime | None = None
        _begin_at_zero(receiver)

    def sent(self, work: Work, letter: Letter, post: Post | None, took_seconds: float) -> None:
        """Write "sent" with the place of the post."""
        channel = self._receiver.channel
        metrics.ALERT_SEND_SECONDS.labels(channel).observe(took_seconds)
        metrics.ALERT_MESSAGES.labels(self._receiver.name, channel, letter.role).inc()
        metrics.RECEIVER_FAILING.labels(self._receiver.name, channel).set(0)
        self._note_delay(work)
        self._failures = 0
        self.record(work, state="sent", post=post, sent_at=self._shared.clock.now())
        get_logger().info("alert_sent", receiver=self._receiver.name, role=letter.role, id=letter.id)

    def retry_later(self, work: Work, error: Transient, post: Post | None, *, is_uncertain: bool) -> None:
        """Write when to try again, or give up. ``is_uncertain``: it may have gone out."""
        now = self._shared.clock.now()
        first = work.items[0].delivery
        since = first.first_tried_at or now
        if now - since >= self._receiver.give_up_after:
            self.failed(work, Reason.GAVE_UP, error.reason)
            return
        self._failures += 1
        attempts = first.attempts + 1
        is_receivers_trouble = not isinstance(error, MaybeSent) or attempts <= SUSPECT_AFTER_ATTEMPTS
        delay_seconds = BACKOFF.delay_seconds(
            self._failures if is_receivers_trouble else attempts, error.retry_after_seconds
        )
        due_at = now + timedelta(seconds=delay_seconds)
        if is_receivers_trouble:
            self.blocked_until = due_at
        self.record(
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
            receiver=self._receiver.name,
            reason=error.reason,
            delay_seconds=round(delay_seconds, 1),
        )

    def failed(self, work: Work, reason: Reason, detail: str) -> None:
        """A dead letter each, then "failed" in the ledger: in this order, so that none is lost."""
        for item in work.items:
            self._shared.dead_letters.write(item.alert, item.delivery, self._receiver.name, reason, detail)
        self.record(work, state="failed", reason=reason, detail=detail[:1000])
        self._count_failure(str(reason))
        get_logger().error(
            "send_failed_for_good", receiver=self._receiver.name, reason=str(reason), detail=detail[:200]
        )

    def _count_failure(self, outcome: str) -> None:
        channel = self._receiver.channel
        metrics.ALERT_SEND_FAILURES.labels(self._receiver.name, channel, outcome).inc()
        metrics.RECEIVER_FAILING.labels(self._receiver.name, channel).set(1)

    def record(self, work: Work, **update: object) -> None:
        """Write ``update`` to each delivery."""
        now = self._shared.clock.now()
        for item in work.items:
            self._shared.ledger.mark(item, now, **update)

    def _note_delay(self, work: Work) -> None:
        now_seconds = self._shared.clock.now().timestamp()
        for item in work.items:
            if item.delivery.role == "head" and item.alert.origin is not None:
                delay_seconds = max(0.0, now_seconds - item.alert.origin.timestamp_ms / 1000)
                metrics.ALERT_DELAY_SECONDS.labels(self._receiver.channel).observe(delay_seconds)
            latency = article_to_alert(item.alert, item.delivery, self._shared.clock.now())
            if latency is not None:
                metrics.ARTICLE_TO_ALERT_SECONDS.labels(self._receiver.channel, latency.path).observe(
                    latency.seconds
                )


def _begin_at_zero(receiver: Receiver) -> None:
    """Alerts are few: a series that begins with its first event shows no increase, and the objectives would miss it."""
    metrics.ALERT_MESSAGES.labels(receiver.name, receiver.channel, "head")
    for outcome in (Reason.REFUSED, Reason.GAVE_UP):
        metrics.ALERT_SEND_FAILURES.labels(receiver.name, receiver.channel, str(outcome))
    metrics.ARTICLE_TO_ALERT_SECONDS.labels(receiver.channel, AT_ONCE)
