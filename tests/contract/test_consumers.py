"""Every consumer reads every published example through its real handler, twice, and the second time changes nothing.

`CONSUMERS` is compared with the readers that the topic declarations name: a consumer without a test here, or a test
without a declaration, fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest
from alerting.app import Alerting, decode_change
from alerting.compose import Links
from alerting.dispatcher import Dispatcher
from alerting.ledger import Ledger
from alerting.silences import Silences
from alerting.verdicts import VerdictBook
from alerting.view import alert_id_of
from fetcher.memory import Shard
from stance_classifier.model.base import Probabilities, StanceAnswer
from stance_classifier.reader import Reader
from stance_classifier.watchlist import Actor, Issue, Watchlist
from stancewatch_schemas.codec import InvalidMessage, decode
from stancewatch_schemas.examples import Example, iter_examples
from stancewatch_schemas.models import DeadLetter, SentAlert
from stancewatch_schemas.topics import TOPICS
from stancewatch_shared.dead_letters import original_record
from stancewatch_shared.errors import Invalid
from stancewatch_shared.record import Record
from timeline.read_model.database import open_writer
from timeline.read_model.writer import HANDLERS, Writer

from tests.component.stance_classifier.fakes import Chain
from tests.unit.alerting.builders import Bench, RecordingChannel, change

NOW = datetime(2031, 5, 1, tzinfo=UTC)
WATCHLIST = Watchlist(
    actors=(Actor(id="ilse-varnhagen", name="Ilse Varnhagen"),),
    issues=(
        Issue(
            id="night-ferry",
            name="Night ferry",
            proposition="A night ferry should connect Steinhafen with the islands.",
            keywords=("night ferry", "ferry"),
        ),
    ),
)


class Consumer(Protocol):
    """A real handler with fakes around it."""

    def feed(self, record: Record) -> None: ...

    def state(self) -> Any:
        """All that handling has left behind, comparable."""
        ...

    def was_refused(self) -> bool:
        """Whether a record was turned away, visibly."""
        ...


class _Model:
    """Finds support everywhere: what the model says is not the contract's matter."""

    name, version = "fake", "1"

    def judge(self, questions):
        return [StanceAnswer(Probabilities(0.97, 0.01, 0.01, 0.01)) for _ in questions]


class ClassifierReads:
    """articles -> statements."""

    def __init__(self) -> None:
        self.chain = Chain(Reader(WATCHLIST, _Model()))
        self.topic = "articles"

    def feed(self, record: Record) -> None:
        self.chain.read(record)

    def state(self) -> Any:
        return {
            (topic, key, value) for topic, key, value, _ in self.chain.broker.sent
        }, self.chain.table.values

    def was_refused(self) -> bool:
        return bool(self.chain.broker.letters(f"{self.topic}-dlq"))


class ClassifierKeeps(ClassifierReads):
    """statements -> positions and stance-changes."""

    def __init__(self) -> None:
        super().__init__()
        self.topic = "statements"
        self.next_offset = 0

    def feed(self, record: Record) -> None:
        moved = Record(record.topic, 0, self.next_offset, record.value, record.key)
        self.next_offset += 1  # a repeat arrives under an offset of its own
        self.chain.keep(moved)

    def state(self) -> Any:
        return {(topic, key, value) for topic, key, value, _ in self.chain.broker.sent}


class AlertingTellsChanges:
    """stance-changes -> alerts, on a channel that records them."""

    def __init__(self) -> None:
        self.bench = Bench()
        self.refused = False
        dispatcher = Dispatcher(self.bench.shared, lambda _: RecordingChannel())
        self.alerting = Alerting(
            self.bench.ledger, self.bench.silences, dispatcher, Links(), self.bench.clock
        )

    def feed(self, record: Record) -> None:
        try:
            decoded = decode_change(record)
        except Invalid:
            self.refused = True
            return
        if decoded.amends and self.bench.ledger.get(alert_id_of(decoded)) is None:
            self.alerting.handle(change(alert_id_of(decoded)), record)
        self.alerting.handle(decoded, record)
        self.bench.work()

    def state(self) -> Any:
        return self.bench.states(), len(self.bench.channel.sent), self.bench.ledger.all_alerts()

    def was_refused(self) -> bool:
        return self.refused


class _Noted:
    """The consumers that note compacted records; a broken one is told in the log and left out."""

    def __init__(self, book: Silences | VerdictBook) -> None:
        self.book = book
        self.fed = 0

    def feed(self, record: Record) -> None:
        self.fed += 1
        self.book.note(record.key, record.value)

    def state(self) -> Any:
        return self.book.all()

    def was_refused(self) -> bool:
        return self.fed > 0 and not self.book.all()


class AlertingRemembers:
    """sent-alerts -> the ledger, as after a restart."""

    def __init__(self) -> None:
        self.values: dict[bytes, bytes] = {}
        self.alerts: list[SentAlert] = []
        self.refused = False

    def feed(self, record: Record) -> None:
        self.values[record.key or b""] = record.value or b""
        try:
            self.alerts = Ledger(self).all_alerts()  # type: ignore[arg-type]
        except InvalidMessage:
            self.refused = True

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        yield from self.values.items()

    def state(self) -> Any:
        return self.alerts

    def was_refused(self) -> bool:
        return self.refused


class FetcherRemembers:
    """fetch-state -> what the fetcher knows of a partition."""

    def __init__(self) -> None:
        self.shard = Shard()
        self.refused = False

    def feed(self, record: Record) -> None:
        try:
            self.shard.apply(record.key or b"", record.value, NOW)
        except InvalidMessage:
            self.refused = True

    def state(self) -> Any:
        ids = sorted(self.shard.article_ids())
        return self.shard.sources, ids, [self.shard.article(each) for each in ids]

    def was_refused(self) -> bool:
        return self.refused


class CommandShowsDeadLetters:
    """dead letters -> the record as it was, for `stancewatch dlq`."""

    def __init__(self) -> None:
        self.records: set[Record] = set()
        self.refused = False

    def feed(self, record: Record) -> None:
        try:
            self.records.add(original_record(decode(DeadLetter, record.value)))
        except InvalidMessage:
            self.refused = True

    def state(self) -> Any:
        return self.records

    def was_refused(self) -> bool:
        return self.refused


class TimelineTakes:
    """statements, stance-changes and verdicts -> the read model."""

    def __init__(self, folder: Path) -> None:
        self.connection = open_writer(folder / "model.sqlite")
        self.writer = Writer(self.connection)
        self.next_offset = 0

    def feed(self, record: Record) -> None:
        moved = Record(record.topic, 0, self.next_offset, record.value, record.key)
        self.next_offset += 1
        self.writer.take([moved])

    def state(self) -> Any:
        names = [
            row[0]
            for row in self.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if row[0] not in ("offsets", "meta", "unreadable")
            and "_fts" not in row[0]
            and not row[0].startswith("sqlite_")
        ]
        return {
            name: sorted(map(repr, map(tuple, self.connection.execute(f"SELECT * FROM {name}"))))
            for name in names
        }

    def was_refused(self) -> bool:
        return bool(self.connection.execute("SELECT COUNT(*) FROM unreadable").fetchone()[0])


CONSUMERS: dict[tuple[str, str], Callable[[Path], Consumer]] = {
    ("articles", "stance_classifier"): lambda _: ClassifierReads(),
    ("statements", "stance_classifier"): lambda _: ClassifierKeeps(),
    ("stance-changes", "alerting"): lambda _: AlertingTellsChanges(),
    ("silences", "alerting"): lambda _: _Noted(Silences()),
    ("verdicts", "alerting"): lambda _: _Noted(VerdictBook()),
    ("sent-alerts", "alerting"): lambda _: AlertingRemembers(),
    ("fetch-state", "fetcher"): lambda _: FetcherRemembers(),
    ("articles-dlq", "command"): lambda _: CommandShowsDeadLetters(),
    ("statements-dlq", "command"): lambda _: CommandShowsDeadLetters(),
    ("stance-changes-dlq", "command"): lambda _: CommandShowsDeadLetters(),
    ("statements", "timeline"): TimelineTakes,
    ("stance-changes", "timeline"): TimelineTakes,
    ("verdicts", "timeline"): TimelineTakes,
}


def declared_readers() -> set[tuple[str, str]]:
    return {(topic.name, reader) for topic in TOPICS.values() if topic.message for reader in topic.readers}


def cases(*kinds: Any) -> list[Any]:
    return [
        pytest.param(topic, service, example, id=f"{service}-{example}")
        for topic, service in CONSUMERS
        for kind in kinds
        for example in iter_examples(TOPICS[topic].message or "", TOPICS[topic].version or 1, kind)
    ]


def record_of(topic: str, example: Example) -> Record:
    key = b"source/" + example.name.encode() if topic == "fetch-state" else example.name.encode()
    return Record(topic, 0, 0, example.value, key, (), 1)


def test_every_declared_reader_is_tested_here():
    assert set(CONSUMERS) == declared_readers()


def test_the_timeline_reads_what_is_declared():
    assert {topic for topic, reader in declared_readers() if reader == "timeline"} == set(HANDLERS)


@pytest.mark.parametrize(("topic", "service", "example"), cases("valid", "newer"))
def test_an_example_read_twice_leaves_what_it_left_once(topic, service, example, tmp_path):
    consumer = CONSUMERS[topic, service](tmp_path)
    consumer.feed(record_of(topic, example))
    once = consumer.state()
    consumer.feed(record_of(topic, example))
    assert consumer.state() == once
    assert not consumer.was_refused()


@pytest.mark.parametrize(("topic", "service", "example"), cases("invalid"))
def test_an_invalid_example_is_refused_visibly_and_leaves_nothing(topic, service, example, tmp_path):
    consumer = CONSUMERS[topic, service](tmp_path)
    empty = consumer.state()
    consumer.feed(record_of(topic, example))
    assert consumer.was_refused()
    if not isinstance(consumer, ClassifierReads):  # what the classifier leaves is the dead letter
        assert consumer.state() == empty
