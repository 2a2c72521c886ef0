"""faust's consumer, committing only what the ledger allows, and finishing its work before partitions go away."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from faust.transport.drivers.aiokafka import Consumer
from stancewatch_shared import metrics

from stance_classifier.stream.fetch_again import RefetchingConsumer
from stance_classifier.stream.ledger import Ledger, Partition


def ledger_consumer(
    ledger: Ledger, prefix: str, settle: Callable[[], Awaitable[None]], resume: Callable[[], None]
) -> type[Any]:
    """The consumer class for one app. `settle` ends the work in hand, `resume` lets it start again."""

    class LedgerConsumer(RefetchingConsumer):
        def _new_offset(self, tp: Any) -> int | None:
            self._acked[tp].clear()
            self._acked_index[tp].clear()
            self._gap.pop(tp, None)
            return ledger.committable(_place(tp), self.app.consumer_generation_id)

        def _should_commit(self, tp: Any, offset: int) -> bool:  # noqa: ARG002 - the ledger has decided
            return True

        async def _commit(self, offsets: Mapping[Any, int]) -> bool:
            did_commit = bool(await super()._commit(offsets))
            if did_commit:
                for tp, offset in offsets.items():
                    ledger.committed(_place(tp), offset, time.monotonic())
                    metrics.LAST_COMMIT_TIME.labels(tp.topic.removeprefix(prefix)).set(time.time())
            return did_commit

        async def commit_now(self) -> None:
            """As commit(), which does nothing where an older commit is still under way."""
            await self.maybe_wait_for_commit_to_finish()
            await self.force_commit()

        async def on_partitions_revoked(self, revoked: set[Any]) -> None:
            # faust forgets what is acknowledged before it would commit it: finish and commit first, so that the
            # next owner repeats nothing and no late write of ours meets its writes.
            await settle()
            if revoked:
                await self.commit_now()
            for tp in revoked:
                ledger.forget(_place(tp))
            await super().on_partitions_revoked(revoked)

        async def on_partitions_assigned(self, assigned: set[Any], generation_id: int = 0) -> None:
            metrics.REBALANCES.inc()
            await super().on_partitions_assigned(assigned, generation_id)
            resume()

    # The service is registered under its class: in logs it is faust's, under faust's name and level.
    LedgerConsumer.__name__ = "Consumer"
    LedgerConsumer.logger = Consumer.logger
    return LedgerConsumer


def _place(tp: Any) -> Partition:
    return Partition(tp.topic, tp.partition)
