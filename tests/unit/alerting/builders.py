"""Changes, alerts and routes for the tests of alerting, with a fixed time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from alerting.channels.base import Channel
from alerting.compose import Links
from alerting.ledger import Ledger
from alerting.letter import Letter
from alerting.routes import Routes
from alerting.shared import Shared
from alerting.silences import Silences
from alerting.view import AlertView, fold
from alerting.worker import Worker
from pydantic import BaseModel
from stancewatch_schemas.codec import encode
from stancewatch_schemas.models import Delivery, Post, SentAlert, StanceChange
from stancewatch_shared.clock import FakeClock

NOON = datetime(2031, 4, 10, 12, tzinfo=UTC)


def position(stance: str, quote: str, **more: Any) -> dict[str, Any]:
    return {
        "stance": stance,
        "conditional": False,
        "quote": quote,
        "article_id": "post/1",
        "source": "Harbour Post",
        "url": "https://post.example/1",
        "said_at": "2031-04-10T08:00:00Z",
        "published_at": "2031-04-10T09:00:00Z",
        **more,
    }


def evidence(**more: Any) -> dict[str, Any]:
    return {
        "statement_id": "st-1",
        "article_id": "post/1",
        "source": "Harbour Post",
        "url": "https://post.example/1",
        "quote": "I now want the ferry",
        "stance": "support",
        "said_at": "2031-04-10T08:00:00Z",
        "published_at": "2031-04-10T09:00:00Z",
        "bits": 5.0,
        **more,
    }


def change(change_id: str = "c1", **more: Any) -> StanceChange:
    """A reversal from one certain source."""
    content: dict[str, Any] = {
        "id": change_id,
        "actor": {"id": "ilse", "name": "Ilse Varn"},
        "issue": {"id": "ferry", "name": "Night ferry", "proposition": "A night ferry should run."},
        "from": position("oppose", "No ferry at night"),
        "to": position("support", "I now want the ferry"),
        "confidence": 0.97,
        "kind": "reverse",
        "evidence": [evidence()],
        "explanation": "A direct quote in the first person.",
        "language": "en",
        **more,
    }
    return StanceChange.model_validate(content)


def amendment(event: str, change_id: str = "c1/2", amends: str = "c1", **more: Any) -> StanceChange:
    return change(change_id, event=event, amends=amends, **more)


def view(*changes: StanceChange) -> AlertView:
    found = fold(changes or (change(),))
    assert found is not None
    return found


def alert(*changes: StanceChange, deliveries: list[Delivery] | None = None) -> SentAlert:
    told = changes or (change(),)
    texts = [encode(each).decode() for each in told]
    return SentAlert(id=told[0].id, changes=texts, deliveries=deliveries or [], updated_at=NOON)


def routes(**more: Any) -> Routes:
    """One console receiver "desk" that takes everything."""
    return Routes.model_validate(
        {"receivers": [{"name": "desk", "console": {}}], "routes": [{"receivers": ["desk"]}], **more}
    )


class MemoryStore:
    """The compacted topic as a dictionary: what was written is what a restart finds."""

    def __init__(self) -> None:
        self.state: dict[bytes, bytes] = {}
        self.writes = 0

    def items(self) -> Any:
        return iter(list(self.state.items()))

    def put(self, key: str | bytes, value: bytes | BaseModel, trace: str | None = None) -> None:
        self.writes += 1
        raw = key.encode() if isinstance(key, str) else key
        self.state[raw] = encode(value) if isinstance(value, BaseModel) else value

    def delete(self, key: str | bytes) -> None:
        self.state.pop(key.encode() if isinstance(key, str) else key, None)


class ListDeadLetters:
    def __init__(self) -> None:
        self.written: list[tuple[str, str, str]] = []

    def write(self, alert: SentAlert, delivery: Delivery, group: str, error: str, message: str) -> None:
        self.written.append((delivery.change_id, str(error), message))


class RecordingChannel:
    """A channel that can thread, keeps what it was given and fails as told: each of ``failures`` once."""

    can_thread = True

    def __init__(self) -> None:
        self.sent: list[Letter] = []
        self.updated: list[Letter] = []
        self.failures: list[Exception] = []
        self.taken_before_failure = False

    def send(self, letter: Letter, head: Post | None) -> Post:
        if self.failures:
            failure = self.failures.pop(0)
            if self.taken_before_failure:
                self.sent.append(letter)
            raise failure
        self.sent.append(letter)
        return Post(channel="C1", ts=str(len(self.sent)))

    def update(self, letter: Letter, post: Post) -> None:
        self.updated.append(letter)

    def find(self, letter_id: str, since: datetime, head: Post | None) -> Post | None:
        for number, letter in enumerate(self.sent, 1):
            if letter.id == letter_id:
                return Post(channel="C1", ts=str(number))
        return None


class Bench:
    """A worker on a fake clock with its ledger: put alerts in, step, look at what was sent."""

    def __init__(self, chosen: Routes | None = None, channel: Channel | None = None) -> None:
        self.routes = chosen or routes()
        self.clock = FakeClock(NOON)
        self.store = MemoryStore()
        self.channel = channel or RecordingChannel()
        self.dead_letters = ListDeadLetters()
        self.silences = Silences()
        self.restart()

    def restart(self) -> None:
        """As after kill -9: only the store remains."""
        self.ledger = Ledger(self.store)
        self.shared = Shared(
            self.ledger, self.routes, self.silences, Links("https://t.example"), self.clock, self.dead_letters
        )
        self.worker = Worker(self.routes.receivers[0], self.channel, self.shared)

    def take(self, *changes: StanceChange) -> None:
        """What the consumer does with changes."""
        from alerting.muting import Context
        from alerting.plan import plan
        from alerting.view import alert_id_of

        for each in changes:
            related = self.ledger.related(each.actor.id, each.issue.id)
            context = Context(self.routes, self.silences.in_force(self.clock.now()), related)
            planned = plan(self.ledger.get(alert_id_of(each)), each, context, self.clock.now())
            if planned.alert is not None:
                self.ledger.put(planned.alert)

    def work(self, steps: int = 200) -> None:
        """Step until there is nothing due."""
        for _ in range(steps):
            if self.worker.step() > 0:
                return
        raise AssertionError("the worker never rests")

    def states(self) -> list[tuple[str, str, str]]:
        """(change, state, reason) of every delivery."""
        return [
            (each.change_id, each.state, each.reason)
            for known in self.ledger.all_alerts()
            for each in known.deliveries
        ]
