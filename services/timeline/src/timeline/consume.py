"""Reads the topics into the read model, from where the model's own offsets say.

No consumer group: every replica reads everything, and the offsets that count are those stored with the rows.

1. assign all partitions and go to the stored offsets (the beginning for a new model)
2. take batches in, in the order of their time whatever the partition; while catching up, positions are worked out
   once at the end
3. from then on follow
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from kafka import TopicPartition
from stancewatch_shared import metrics
from stancewatch_shared.connect import make_consumer, require_topics
from stancewatch_shared.logs import get_logger
from stancewatch_shared.record import Record
from stancewatch_shared.settings import KafkaSettings

from timeline.in_order_of_time import InOrderOfTime, Place
from timeline.progress import Progress
from timeline.read_model.writer import HANDLERS, Writer

POLL_MS = 500
LARGEST_BATCH = 2000
# A topic may be given more partitions while we run.
SECONDS_BETWEEN_LOOKS_FOR_PARTITIONS = 60.0


class TopicReader:
    """Feeds a Writer until ``stop`` is set. ``run`` raises what the process should end with."""

    def __init__(
        self, settings: KafkaSettings, writer: Writer, progress: Progress, stop: threading.Event
    ) -> None:
        self._settings = settings
        self._writer = writer
        self._progress = progress
        self._stop = stop
        self._ends: dict[Any, int] = {}
        self._order = InOrderOfTime()
        self._looked_at = 0.0

    def run(self, make: Callable[..., Any] = make_consumer) -> None:
        """Read until stopped."""
        consumer = make(self._settings, [], None, stop=self._stop, max_poll_records=LARGEST_BATCH)
        try:
            require_topics(consumer.topics(), self._settings, HANDLERS)
            self._assign(consumer)
            self._progress.expect(self._missing(consumer))
            while not self._stop.is_set():
                self._step(consumer)
        finally:
            consumer.close()

    def _step(self, consumer: Any) -> None:
        batches = consumer.poll(timeout_ms=POLL_MS)
        prefix = self._settings.topic_prefix
        self._order.add(Record.of(raw, prefix) for raws in batches.values() for raw in raws)
        if not self._progress.caught_up:
            self._catch_up(consumer)
        elif records := self._order.ready(()):
            self._writer.take(records)
        self._note_lag(consumer)
        if time.monotonic() - self._looked_at > SECONDS_BETWEEN_LOOKS_FOR_PARTITIONS:
            self._assign(consumer)

    def _catch_up(self, consumer: Any) -> None:
        unfinished = [place for place, end in self._ends.items() if consumer.position(place) < end]
        records = self._order.ready([self._place(each) for each in unfinished])
        self._writer.take(records, settle_now=not unfinished)
        self._progress.add(len(records))
        self._hold_back(consumer)
        if not unfinished:
            self._progress.done()
            metrics.TIMELINE_CAUGHT_UP.set(1)
            get_logger().info("caught_up", records=self._progress.read)

    def _hold_back(self, consumer: Any) -> None:
        """Read no further in partitions that are ahead of the others: memory stays small however long the topics."""
        crowded = self._order.crowded(LARGEST_BATCH)
        ahead = {each for each in consumer.assignment() if self._place(each) in crowded}
        consumer.resume(*(consumer.paused() - ahead))
        consumer.pause(*(ahead - consumer.paused()))

    def _place(self, partition: Any) -> Place:
        return partition.topic.removeprefix(self._settings.topic_prefix), partition.partition

    def _assign(self, consumer: Any) -> None:
        """Take all partitions, new ones too, each from where the model left off."""
        self._looked_at = time.monotonic()
        partitions = [
            TopicPartition(self._settings.topic(topic), number)
            for topic in HANDLERS
            for number in sorted(consumer.partitions_for_topic(self._settings.topic(topic)) or ())
        ]
        if set(partitions) == set(consumer.assignment()):
            return
        consumer.assign(partitions)
        self._order = InOrderOfTime()  # what waits is read again from the stored offsets
        self._ends = consumer.end_offsets(partitions)
        first = consumer.beginning_offsets(partitions)
        stored = self._stored()
        if any(offset > self._ends.get(place, 0) for place, offset in stored.items()):
            # The topics were made anew. What is kept stays (permalinks never die); ids keep it from doubling.
            get_logger().warning("topics_made_anew", action="reading from the beginning")
            self._writer.forget_offsets()
            stored = {}
        for place in partitions:
            consumer.seek(place, max(stored.get(place, 0), first[place]))

    def _stored(self) -> dict[Any, int]:
        return {
            TopicPartition(self._settings.topic(topic), partition): offset
            for (topic, partition), offset in self._writer.next_offsets().items()
        }

    def _missing(self, consumer: Any) -> int:
        return sum(max(0, end - consumer.position(place)) for place, end in self._ends.items())

    def _note_lag(self, consumer: Any) -> None:
        prefix = self._settings.topic_prefix
        for place in consumer.assignment():
            newest = consumer.highwater(place)
            if newest is not None:
                lag = max(0, newest - consumer.position(place))
                metrics.CONSUMER_LAG.labels(place.topic.removeprefix(prefix), str(place.partition)).set(lag)
