"""faust-streaming issue #596: after a rebalance, seek to the committed offsets *before* partitions are resumed.

faust 0.15.3 resumes first. Records fetched in between are ahead of the committed offset; then a few offsets behind
them vanish and the commit goes past them, or a partition never commits again. Here `resume_partitions` is postponed
until the seek has ended and the flow is resumed, in one step with that: the `flow_control.resume()` just before it clears
the streams' queues, and a record handed on before it would be lost. Delete this file once the issue is closed in the
pinned version.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import wraps
from typing import Any

from faust.tables.recovery import Recovery

_PATCHED = ("on_recovery_completed", "_resume_streams")
_MARK = "_stancewatch_seeks_first"


def seek_before_resume() -> None:
    """Installs the work-around for every faust app of this process. Calling it again changes nothing."""
    for name in _PATCHED:
        method = getattr(Recovery, name)
        if not hasattr(method, _MARK):
            setattr(Recovery, name, _seeking_first(method))


def _seeking_first(method: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    @wraps(method)
    async def seek_then_resume(self: Any, generation_id: int = 0) -> None:
        consumer = self.app.consumer
        resume, resume_flow = consumer.resume_partitions, consumer.resume_flow
        owner = asyncio.current_task()
        postponed: set[Any] = set()

        def postpone(partitions: Iterable[Any]) -> None:
            if asyncio.current_task() is owner:
                postponed.update(partitions)
            else:
                resume(partitions)

        def resume_all() -> None:
            resume(postponed)
            resume_flow()

        consumer.resume_partitions, consumer.resume_flow = postpone, resume_all
        try:
            await method(self, generation_id)
        finally:
            consumer.resume_partitions, consumer.resume_flow = resume, resume_flow

    setattr(seek_then_resume, _MARK, True)
    return seek_then_resume
