"""The service: one loop that owns the engine, threads that do its requests, processes that parse for them."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from stancewatch_shared import metrics
from stancewatch_shared.clock import Clock, SystemClock
from stancewatch_shared.health import HealthServer
from stancewatch_shared.kafka import check_topics, make_producer
from stancewatch_shared.logs import get_logger
from stancewatch_shared.settings import KafkaSettings

from fetcher.engine import Engine
from fetcher.outbox import ARTICLES, FETCH_STATE, KafkaOutbox
from fetcher.ownership import Ownership
from fetcher.parse_pool import ParsePool
from fetcher.reading import PageResult, PollResult, PollTask, Reader, Task
from fetcher.robots import RobotsCache
from fetcher.settings import FetcherSettings
from fetcher.turns import HostTurns
from fetcher.watch import CatalogueWatch

LOOP_SECONDS = 0.05
MEMBERSHIP_SECONDS = 0.5
FORGET_SECONDS = 3600.0
DRAIN_SECONDS = 8.0
# A loop that stood still so long is dead, however alive the process looks.
STALLED_SECONDS = 120.0


class App:
    """The running fetcher."""

    def __init__(self, settings: FetcherSettings, kafka: KafkaSettings, stop: threading.Event) -> None:
        self._stop = stop
        self._settings = settings
        clock: Clock = SystemClock()
        self._watch = CatalogueWatch(settings.sources)
        self._catalogue = self._watch.current
        check_topics(kafka, [ARTICLES, FETCH_STATE], stop)
        turns = HostTurns(settings.host_gap_seconds)
        self._fetch = settings.make_fetch(self._catalogue.contact, self._catalogue.allow_internal, turns)
        self._parse = ParsePool(settings.parse_workers, settings.parse_limits)
        robots = RobotsCache(self._fetch, clock.now)
        self._reader = Reader(self._fetch, self._parse, robots, hands_back=True)
        self._outbox = KafkaOutbox(make_producer(kafka, "fetcher", stop))
        self._ownership = Ownership(kafka, clock, stop)
        self._engine = Engine(self._outbox, clock, time.monotonic, self._ownership.partitions, turns)
        self._engine.use(self._catalogue)
        self._results: queue.SimpleQueue[PollResult | PageResult | BaseException] = queue.SimpleQueue()
        self._threads = ThreadPoolExecutor(settings.fetch_concurrency, thread_name_prefix="fetch")
        self._in_flight = 0
        self._last_turn = time.monotonic()

    def checks(self) -> Mapping[str, str | None]:
        """Ready when a member of the group, with its share restored."""
        return {
            "sources": None if self._ownership.has_joined else "the share of the sources is not known yet"
        }

    def alive(self) -> Mapping[str, str | None]:
        """Alive while the loop turns."""
        idle = time.monotonic() - self._last_turn
        return {"loop": None if idle < STALLED_SECONDS else f"the loop stands still for {idle:.0f} s"}

    def run(self) -> None:
        """Turn until told to stop, then drain: what was fetched is delivered and remembered."""
        host, port = self._settings.http_host, self._settings.http_port
        with HealthServer(host, port, self.checks, self.alive) as server, self._watch:
            # A parser that cannot start is told now, not with the first document.
            self._parse.warm_up()
            get_logger().info("started", port=server.port, sources=len(self._catalogue.sources))
            next_membership = next_forget = 0.0
            while not self._stop.is_set():
                now = self._last_turn = time.monotonic()
                if now >= next_membership:
                    next_membership = now + MEMBERSHIP_SECONDS
                    self._membership()
                if now >= next_forget:
                    next_forget = now + FORGET_SECONDS
                    self._engine.forget_old()
                self._turn(LOOP_SECONDS)
            self._drain()

    def _membership(self) -> None:
        if self._ownership.poll():
            self._engine.own(self._ownership.shards)
        metrics.OWNED_PARTITIONS.set(len(self._ownership.shards))
        metrics.OWNED_SOURCES.set(len(self._engine.owned_sources))
        metrics.WAITING_REQUESTS.set(self._engine.waiting_requests)
        newer = self._watch.newer()
        if newer is not None:
            self._catalogue = newer
            self._engine.use(newer)
            self._fetch.use(self._settings.allowed_networks(newer.allow_internal), newer.contact)
            get_logger().info("sources_loaded", sources=len(newer.sources))
        if self._outbox.failures:
            raise RuntimeError(f"memory could not be written: {self._outbox.failures[0]}")

    def _turn(self, wait_seconds: float) -> None:
        self._engine.tick()
        self._start_tasks()
        self._take_results(wait_seconds)
        self._outbox.deliver()

    def _start_tasks(self) -> None:
        while self._in_flight < self._settings.fetch_concurrency:
            task = self._engine.next_task()
            if task is None:
                return
            self._in_flight += 1
            self._threads.submit(self._carry_out, task)

    def _carry_out(self, task: Task) -> None:
        try:
            result = self._reader.poll(task) if isinstance(task, PollTask) else self._reader.read_page(task)
            self._results.put(result)
        except BaseException as error:
            self._results.put(error)

    def _take_results(self, wait_seconds: float) -> None:
        try:
            result = self._results.get(timeout=wait_seconds)
            while True:
                self._in_flight -= 1
                if isinstance(result, BaseException):
                    # A bug, not a bad server: those come back as outcomes.
                    raise result
                self._engine.on_result(result)
                result = self._results.get_nowait()
        except queue.Empty:
            return

    def _drain(self) -> None:
        get_logger().info("draining", in_flight=self._in_flight)
        deadline = time.monotonic() + DRAIN_SECONDS
        while self._in_flight and time.monotonic() < deadline - 2:
            self._take_results(LOOP_SECONDS)
            self._outbox.deliver()
        self._outbox.flush(max(deadline - time.monotonic(), 0.5))
        self._outbox.deliver()
        self._outbox.flush(1.0)
        self._ownership.close()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._fetch.close()
        self._parse.close()
        get_logger().info("stopped")
