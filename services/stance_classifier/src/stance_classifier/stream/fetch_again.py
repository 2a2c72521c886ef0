"""No record falls between fetching and handling. Without this, faust 0.15.3 loses records at a rebalance.

Seen on Apache Kafka 4.3.1, the more often the busier the machine; each ended with articles unread behind a commit, with a
partition that stood still for ever, or with a position restored from half of its changelog:

1. A fetch is under way when a rebalance pauses every partition. faust hands the *live* set of active partitions to
   aiokafka, which takes an empty set for "all of them": records of paused partitions come back, aiokafka's position
   moves past them, and faust drops them since its flow has stopped. Its remedy, a seek to the committed offset, does
   nothing where nothing is committed yet, and nothing for changelogs.
2. Partitions are open from their assignment until faust pauses them, and a buffer that runs empty (`on_buffer_drop`)
   opens a paused one again. What is handed on so, before recovery ends, is cleared from the streams' queues when the
   flow is resumed, and isn't read again: the read offset is past it.

Here a fetch asks for a fixed set; paused stays paused; and a partition of which not all was handed on is put back to the
first record left, in the consumer's thread, provided nobody has moved it since.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from faust.transport.drivers.aiokafka import Consumer

# While nothing may be fetched (all buffers full, or no partition is ours): how long until we look again.
IDLE_SECONDS = 0.1


@dataclass(frozen=True)
class Fetch:
    """Records by partition, and where aiokafka stood after it had given them out."""

    records: Mapping[Any, list[Any]]
    assignment: Any = None
    positions: Mapping[Any, int] | None = None


class RefetchingConsumer(Consumer):
    """faust's consumer, but what is fetched is handed on or fetched again, and what is paused is left alone."""

    async def on_partitions_assigned(self, assigned: set[Any], generation_id: int = 0) -> None:
        """Closed from the first moment: recovery opens them, after its seek."""
        self._paused_partitions.update(assigned)
        await super().on_partitions_assigned(assigned, generation_id)

    def pause_partitions(self, tps: Iterable[Any]) -> None:
        """Also forgets which of them had a full buffer: a rebalance has cleared it."""
        paused = set(tps)
        super().pause_partitions(paused)
        self._buffered_partitions.difference_update(paused)

    def on_buffer_full(self, tp: Any) -> None:
        if tp not in self._paused_partitions:
            super().on_buffer_full(tp)

    def on_buffer_drop(self, tp: Any) -> None:
        if tp not in self._paused_partitions:
            super().on_buffer_drop(tp)

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[Any, Any]]:
        """One fetch of the active partitions, handed on record by record until the flow is stopped."""
        if not self.flow_active:
            await self.wait(self.can_resume_flow.wait())
        generation = self.app.consumer_generation_id
        wanted = set(self._get_active_partitions())
        if not wanted or self.should_stop:
            await self.sleep(IDLE_SECONDS)
            return
        fetch: Fetch = await self._thread.call_thread(self._fetch, wanted, timeout)
        left = {tp: records[0].offset for tp, records in fetch.records.items()}
        held: set[Any] = set()
        try:
            for tp, record in self.scheduler.iterate(fetch.records):
                if not self._may_hand_on(generation):
                    break
                if tp in held or not self._is_open(tp):
                    held.add(tp)  # the later ones must not overtake it
                    continue
                self.app.monitor.track_tp_end_offset(tp, self.highwater(tp))
                left[tp] = record.offset + 1
                yield tp, self._to_message(tp, record)
        finally:
            dropped = {tp: offset for tp, offset in left.items() if offset <= fetch.records[tp][-1].offset}
            if dropped:
                await self._thread.call_thread(self._put_back, fetch, dropped)

    def _may_hand_on(self, generation: int) -> bool:
        return self.flow_active and not self.should_stop and self.app.consumer_generation_id == generation

    def _is_open(self, tp: Any) -> bool:
        is_wanted = tp in self._get_active_partitions() or tp in self._buffered_partitions
        return is_wanted and tp not in self._paused_partitions

    async def _fetch(self, wanted: set[Any], timeout: float) -> Fetch:
        """In the consumer's thread. Nothing happens there between aiokafka's answer and our noting its positions."""
        if not self.flow_active:
            return Fetch({})
        kafka = self._thread._ensure_consumer()
        records = await self._thread._fetch_records(
            kafka, wanted, timeout=timeout, max_records=kafka._max_poll_records
        )
        if not records:
            return Fetch({})
        assignment = kafka._subscription.subscription.assignment
        return Fetch(records, assignment, dict(_positions(assignment, records)))

    async def _put_back(self, fetch: Fetch, offsets: Mapping[Any, int]) -> None:
        """In the consumer's thread. A new assignment starts from the commit anyway, and whoever sought since meant it."""
        kafka = self._thread._ensure_consumer()
        subscription = kafka._subscription.subscription
        if subscription is None or subscription.assignment is not fetch.assignment:
            return
        now = dict(_positions(fetch.assignment, offsets))
        for tp, offset in offsets.items():
            if now.get(tp) is not None and now[tp] == (fetch.positions or {}).get(tp):
                kafka.seek(tp, offset)


def _positions(assignment: Any, partitions: Iterable[Any]) -> Iterable[tuple[Any, int]]:
    for tp in partitions:
        if tp in assignment.tps:
            state = assignment.state_value(tp)
            if state.has_valid_position:
                yield tp, state.position
