"""A broker and a table in memory, for the two steps without Kafka."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from stance_classifier.keep_positions import KeepPositions
from stance_classifier.positions import apply
from stance_classifier.read_articles import ReadArticles
from stance_classifier.stream.outbox import KafkaOutbox
from stancewatch_schemas.codec import decode
from stancewatch_schemas.models import DeadLetter
from stancewatch_shared.clock import FakeClock
from stancewatch_shared.record import Record
from stancewatch_shared.retry import Backoff

NOW = datetime(2031, 5, 1, tzinfo=UTC)


class FakeBroker:
    """Keeps what is sent; `log` has the order of things; `fails` lists topics that acknowledge nothing."""

    def __init__(self, fails=()):
        self.sent, self.log, self.fails = [], [], set(fails)

    async def send(self, topic, key, value, headers):
        async def acknowledge():
            await asyncio.sleep(0)
            if topic in self.fails:
                raise ConnectionError("no broker")
            self.sent.append((topic, key, value, dict(headers)))
            self.log.append(("acknowledged", topic))

        return asyncio.ensure_future(acknowledge())

    def values(self, topic):
        return [value for name, _, value, _ in self.sent if name == topic]

    def letters(self, topic):
        return [decode(DeadLetter, value) for value in self.values(topic)]

    def outbox(self, **options):
        return KafkaOutbox(self.send, "", FakeClock(NOW), **options)


class FakeTable:
    """Bytes by key; `log` is the broker's."""

    def __init__(self, log):
        self.values, self.log, self.fails = {}, log, False

    def get(self, key):
        return self.values.get(key)

    async def put_all(self, values):
        if self.fails:
            raise ConnectionError("no changelog")
        for key, (_, value) in values.items():
            self.values[key] = value
        if values:
            self.log.append(("positions", len(values)))


class Chain:
    """Both steps with their fakes; `read` and `keep` hand records to the real handlers."""

    def __init__(self, reader=None, broker=None, **options):
        self.broker = broker or FakeBroker()
        self.table = FakeTable(self.broker.log)
        self.outbox = self.broker.outbox(**options)
        self.executor = ThreadPoolExecutor(1)
        quick = Backoff(first_seconds=0.001, longest_seconds=0.001, give_up_after_seconds=0.2)
        self.articles = ReadArticles(reader, self.outbox, self.executor, quick)
        self.positions = KeepPositions(apply, self.table, self.outbox)

    def read(self, *records):
        asyncio.run(self.articles.handle(records))

    def keep(self, *records):
        asyncio.run(self.positions.handle(records))


def records(topic, *values, first_offset=0, headers=()):
    return [
        Record(topic, 0, first_offset + number, value, b"k", tuple(headers), 1)
        for number, value in enumerate(values)
    ]
