"""What one receiver's worker does next. Pure.

Order: due first, first come; a follow-up or verdict waits until its head is out; what is uncertain (it may
have gone out before a crash or a lost answer) keeps its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from stancewatch_schemas.models import Delivery, SentAlert

from alerting.batch import least_for_digest

OPEN_STATES = ("pending", "sending")
# Slack takes 50 blocks; title, footer and a "more" line leave room for this many entries.
MOST_IN_DIGEST = 40


@dataclass(frozen=True)
class Item:
    """One delivery with its alert."""

    alert: SentAlert
    delivery: Delivery


@dataclass(frozen=True)
class Work:
    """One message to send: a digest when ``digest`` is true, else ``items`` holds exactly one."""

    items: tuple[Item, ...]
    digest: bool = False


@dataclass(frozen=True)
class Blocked:
    """A follow-up whose head will never be out."""

    item: Item


def next_work(items: Iterable[Item], now: datetime) -> Work | Blocked | datetime | None:
    """The next step of a receiver: work that is due, when the next is due, or None (nothing is open).

    ``items`` are all deliveries of this receiver, those of one alert in order.
    """
    everything = list(items)
    heads = {each.alert.id: each.delivery for each in everything if each.delivery.role == "head"}
    waiting = [each for each in everything if each.delivery.state in OPEN_STATES]
    soonest: datetime | None = None
    for item in sorted(waiting, key=lambda each: each.delivery.due_at):
        state = _head_state(item, heads)
        if state in ("muted", "failed", "missing"):
            return Blocked(item)
        if state != "sent":
            continue
        if item.delivery.due_at > now:
            soonest = item.delivery.due_at
            break
        return _with_its_batch(item, waiting)
    return soonest


def _head_state(item: Item, heads: dict[str, Delivery]) -> str:
    """State of the head that this delivery needs; "sent" where it needs none."""
    if item.delivery.role in ("head", "notice"):
        return "sent"
    head = heads.get(item.alert.id)
    return "missing" if head is None else head.state


def _with_its_batch(item: Item, waiting: list[Item]) -> Work:
    first = item.delivery
    if first.digest_id is not None:  # it was on its way in this digest: the same again, to find or to send it
        return Work(
            tuple(each for each in waiting if each.delivery.digest_id == first.digest_id), digest=True
        )
    if first.batch is None or first.role != "head" or first.state == "sending":
        return Work((item,))
    together = [
        each
        for each in waiting
        if each.delivery.batch == first.batch
        and each.delivery.role == "head"
        and each.delivery.state == "pending"
        and each.delivery.digest_id is None
    ]
    least = least_for_digest(first.batch)
    if len(together) < least:
        return Work((item,))
    return Work(tuple(together[:MOST_IN_DIGEST]), digest=True)
