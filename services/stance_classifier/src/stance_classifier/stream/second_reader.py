"""The second reader beside the event loop: in a thread of its own, and no batch waits longer than the limit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from stancewatch_schemas.models import StanceChange
from stancewatch_shared import metrics

from stance_classifier.model.base import StanceModel
from stance_classifier.verify_changes import not_verified, reader_name, verify_change


class SecondReader:
    """`limit_seconds` bounds the wait for all changes of one batch together, since partitions share the step."""

    def __init__(self, model: StanceModel, limit_seconds: float) -> None:
        self._model = model
        self._limit_seconds = limit_seconds
        # One thread: the judge counts its budget and keeps its cache without locks.
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="second-reader")

    async def verify(self, due: Sequence[tuple[StanceChange, str]]) -> list[StanceChange]:
        """Each change (with its new quote's passage), in order, with the second reader's word or "not verified"."""
        loop = asyncio.get_running_loop()
        jobs = {
            place: loop.run_in_executor(self._executor, verify_change, change, context, self._model)
            for place, (change, context) in enumerate(due)
            if change.event == "changed"
        }
        if jobs:
            await asyncio.wait(jobs.values(), timeout=self._limit_seconds)
        return [
            self._word(change, jobs[place]) if place in jobs else change
            for place, (change, _) in enumerate(due)
        ]

    def _word(self, change: StanceChange, job: asyncio.Future[StanceChange]) -> StanceChange:
        # cancel() is False for a job that has ended; one under way goes on, and its answers are cached for later.
        if job.cancel():
            reason = f"no answer within {self._limit_seconds:g} s"
            change = not_verified(change, reader_name(self._model), reason)
        else:
            change = job.result()
        if change.verification is not None:
            metrics.CHANGES_VERIFIED.labels(change.verification.verdict).inc()
        return change

    def stop(self) -> None:
        """Starts no further question."""
        self._executor.shutdown(wait=False, cancel_futures=True)
