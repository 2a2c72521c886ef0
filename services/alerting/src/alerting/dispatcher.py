"""Keeps one worker thread per receiver, and swaps them when the routes change."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from stancewatch_shared import metrics
from stancewatch_shared.logs import get_logger

from alerting.channels.base import Channel
from alerting.reasons import Reason
from alerting.receivers import Receiver
from alerting.routes import Routes
from alerting.shared import Shared
from alerting.worker import Worker

STOP_SECONDS = 9.0


@dataclass
class _Running:
    thread: threading.Thread
    stop: threading.Event


class Dispatcher:
    """``build`` makes a receiver's channel and raises UserError when it can't. Not thread-safe."""

    def __init__(self, shared: Shared, build: Callable[[Receiver], Channel]) -> None:
        self._shared = shared
        self._build = build
        self._running: dict[str, _Running] = {}
        self.failure: Exception | None = None
        """What ended a worker: a bug or a broken broker; the process must end."""

    @property
    def routes(self) -> Routes:
        return self._shared.routes

    def start(self) -> None:
        """Build every channel first: one that can't be built starts none."""
        channels = {each.name: self._build(each) for each in self.routes.receivers}
        for receiver in self.routes.receivers:
            self._start_one(Worker(receiver, channels[receiver.name], self._shared))
        self._fail_orphans()

    def apply(self, routes: Routes) -> None:
        """Go on with new routes. Raises UserError, with the old ones untouched, when a channel can't be built."""
        channels = {each.name: self._build(each) for each in routes.receivers}
        self.stop()
        self._shared = replace(self._shared, routes=routes)
        for receiver in routes.receivers:
            self._start_one(Worker(receiver, channels[receiver.name], self._shared))
        self._fail_orphans()

    def stop(self, timeout_seconds: float = STOP_SECONDS) -> None:
        """Let each worker finish the message in hand; ``timeout_seconds`` is for all of them together."""
        deadline = time.monotonic() + timeout_seconds
        for running in self._running.values():
            running.stop.set()
        self._shared.ledger.wake(timeout_seconds)
        for name, running in self._running.items():
            running.thread.join(max(0.0, deadline - time.monotonic()))
            if running.thread.is_alive():
                get_logger().warning("worker_left_behind", receiver=name)
        self._running.clear()

    def measure(self) -> None:
        """Update the gauge of what waits, and why."""
        metrics.ALERTS_OPEN.clear()
        for receiver in self._shared.ledger.open_receivers():
            for item in self._shared.ledger.open_items(receiver):
                if item.delivery.state in ("pending", "sending"):
                    metrics.ALERTS_OPEN.labels(receiver, item.delivery.reason).inc()

    def _start_one(self, worker: Worker) -> None:
        stop = threading.Event()
        name = worker.receiver.name
        metrics.RECEIVER_FAILING.labels(name, worker.receiver.channel).set(0)

        def run() -> None:
            try:
                worker.run(stop)
            except Exception as error:
                get_logger().exception("worker_ended", receiver=name)
                self.failure = error

        thread = threading.Thread(target=run, name=f"receiver-{name}", daemon=True)
        self._running[name] = _Running(thread, stop)
        thread.start()

    def _fail_orphans(self) -> None:
        """What waits for a receiver that is gone from the routes goes, visibly, to the dead letters."""
        known = {each.name for each in self.routes.receivers}
        now = self._shared.clock.now()
        for receiver in self._shared.ledger.open_receivers() - known:
            for item in self._shared.ledger.open_items(receiver):
                if item.delivery.state not in ("pending", "sending"):
                    continue
                detail = f"receiver {receiver} is no longer in the routes"
                reason = Reason.RECEIVER_REMOVED
                self._shared.dead_letters.write(item.alert, item.delivery, receiver, reason, detail)
                self._shared.ledger.mark(item, now, state="failed", reason=reason, detail=detail)
                get_logger().error("receiver_removed", receiver=receiver, id=item.alert.id)
