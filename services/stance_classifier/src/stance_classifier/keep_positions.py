"""Step 2: a batch of statement records -> positions in the table, and stance changes.

The order of writing is what makes a crash harmless:

1. work out the whole batch in memory; where there is a second reader, ask it about the changes
2. write the stance changes, and wait for the broker
3. write the positions, each with the offset of the last statement in it, and wait for the broker
4. only now may the statements be acknowledged

A crash after 2 finds the same changes, with the same ids, again; a crash after 3 finds the statements already
applied and skips them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stancewatch_schemas.codec import InvalidMessage, decode
from stancewatch_schemas.models import StanceChange, Statement
from stancewatch_shared import metrics
from stancewatch_shared.record import Record
from stancewatch_shared.traces import span, trace_of

from stance_classifier.positions import Applied, PositionState
from stance_classifier.stream.faults import ABOUT_THE_RECORD
from stance_classifier.stream.outbox import KafkaOutbox, Outgoing
from stance_classifier.stream.positions_table import PositionsTable
from stance_classifier.stream.second_reader import SecondReader

Apply = Callable[[PositionState, Statement], Applied]
# (event, kind) of every message there can be.
COUNTED = (
    *(("changed", kind) for kind in ("reverse", "soften", "harden", "commit")),
    *((event, event) for event in ("condition_added", "condition_dropped")),
    *((event, "none") for event in ("corroborated", "withdrawn")),
)


@dataclass(frozen=True)
class StoredPosition:
    """A table value: the state, and the offset of the last statement that went into it (-1: none)."""

    state: PositionState
    offset: int = -1

    def to_bytes(self) -> bytes:
        content = {"state": self.state.to_json(), "offset": self.offset}
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, value: bytes | None) -> StoredPosition:
        if value is None:
            return cls(PositionState.empty())
        content = json.loads(value)
        return cls(PositionState.from_json(content["state"]), int(content["offset"]))


class KeepPositions:
    """Handles batches of records of `statements`."""

    def __init__(
        self,
        apply: Apply,
        table: PositionsTable,
        outbox: KafkaOutbox,
        second_reader: SecondReader | None = None,
    ) -> None:
        self._apply = apply
        self._table = table
        self._outbox = outbox
        self._second_reader = second_reader
        # Changes are few: a series that begins with its first one shows no increase.
        for event, kind in COUNTED:
            metrics.STANCE_CHANGES.labels(event, kind)

    async def handle(self, records: Sequence[Record]) -> None:
        """Returns once every change, position or dead letter is written."""
        started, began_at_seconds = time.monotonic(), time.time()
        known: dict[bytes, StoredPosition] = {}
        written: dict[bytes, tuple[int, StoredPosition]] = {}
        due: list[tuple[StanceChange, str]] = []
        traces: list[str | None] = []
        handled: list[Record] = []
        for record in records:
            statement = await self._decode(record)
            if statement is None:
                continue
            key = f"{statement.actor.id}|{statement.issue.id}".encode()
            before = known.get(key) or StoredPosition.from_bytes(self._table.get(key))
            if record.offset <= before.offset:
                metrics.QUIET.labels("ALREADY_APPLIED").inc()
                handled.append(record)
                continue
            try:
                applied = self._apply(before.state, statement)
            except ABOUT_THE_RECORD as error:
                reason = f"the position can't take this statement: {type(error).__name__}"
                await self._outbox.refuse(record, type(error).__name__, reason)
                continue
            handled.append(record)
            after = StoredPosition(applied.state, record.offset)
            known[key] = after
            written[key] = (record.partition, after)
            with span("keep_position", trace_of(record.headers), began_at_seconds) as trace:
                due += [(each, statement.context) for each in applied.changes]
                traces += [trace] * len(applied.changes)
            if applied.quiet is not None:
                metrics.QUIET.labels(applied.quiet).inc()
        verified = await self._verified(due)
        changes = [
            Outgoing("stance-changes", each, trace) for each, trace in zip(verified, traces, strict=True)
        ]
        await self._outbox.deliver(changes)
        await self._table.put_all({key: (where, value.to_bytes()) for key, (where, value) in written.items()})
        self._count(handled, changes, started)

    async def _decode(self, record: Record) -> Statement | None:
        try:
            return decode(Statement, record.value)
        except InvalidMessage as error:
            await self._outbox.refuse(record, "InvalidMessage", error.reason)
            return None

    async def _verified(self, due: Sequence[tuple[StanceChange, str]]) -> list[StanceChange]:
        if self._second_reader is None:
            return [change for change, _ in due]
        return await self._second_reader.verify(due)

    def _count(self, handled: Sequence[Record], changes: Sequence[Outgoing], started: float) -> None:
        for record in handled:
            self._outbox.note_handled(record)
            metrics.HANDLE_SECONDS.labels(record.topic).observe(time.monotonic() - started)
        for outgoing in changes:
            if isinstance(outgoing.message, StanceChange):
                metrics.STANCE_CHANGES.labels(outgoing.message.event, outgoing.message.kind).inc()
