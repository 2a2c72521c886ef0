"""The parts of the active process: built in order, run, and taken apart in order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from stancewatch_shared.clock import SystemClock
from stancewatch_shared.compacted import CompactedStore
from stancewatch_shared.connect import make_producer
from stancewatch_shared.consumer_loop import ConsumerLoop
from stancewatch_shared.logs import get_logger
from stancewatch_shared.settings import KafkaSettings

from alerting.app import GROUP, Alerting, PublicPages, decode_change
from alerting.channels.build import build_channel
from alerting.compose import Links
from alerting.dispatcher import Dispatcher
from alerting.follow import Follower
from alerting.giving_up import KafkaDeadLetters
from alerting.ledger import Ledger
from alerting.reload import RoutesFile
from alerting.settings import AlertingSettings
from alerting.shared import Shared
from alerting.silences import Silences
from alerting.verdicts import VerdictBook
from alerting.web import Secrets, build_web
from alerting.web_server import WebServer

SECONDS_BETWEEN_TIDYING = 3600.0
# SIGTERM to exit within 10 s (__main__ sees to it): most of it for the messages in hand, then Kafka.
STOP_WORKERS_SECONDS = 4.0
STOP_KAFKA_SECONDS = 1.0


class Running:
    """Reads the ledger when built; ``start`` starts workers and pages, ``run`` blocks until ``stop``."""

    def __init__(
        self,
        settings: AlertingSettings,
        kafka: KafkaSettings,
        routes_file: RoutesFile,
        consumer: Any,
        stop: threading.Event,
    ) -> None:
        self._settings = settings
        self._routes_file = routes_file
        self._tidied_at = -SECONDS_BETWEEN_TIDYING
        clock = SystemClock()
        producer = make_producer(kafka, "alerting", stop)
        links = Links(
            settings.timeline_url, settings.alerting_public_url, settings.secret("alerting_link_secret")
        )
        silences = Silences()
        self._ledger = _read_ledger(kafka, producer)
        dead_letters = KafkaDeadLetters(producer, clock)
        lifetime = timedelta(days=settings.alerting_link_days)
        shared = Shared(self._ledger, routes_file.routes, silences, links, clock, dead_letters, lifetime)
        self._dispatcher = Dispatcher(shared, lambda receiver: build_channel(receiver, settings))
        stale_after = timedelta(days=settings.alerting_stale_after_days)
        self._alerting = Alerting(self._ledger, silences, self._dispatcher, links, clock, stale_after)
        book = VerdictBook(self._alerting.show_verdict)
        self._followers = [
            Follower(kafka, "silences", silences.note),
            Follower(kafka, "verdicts", book.note),
        ]
        secrets = Secrets(settings.secret("slack_signing_secret"), settings.secret("alerting_link_secret"))
        pages = build_web(PublicPages(self._alerting, book, producer), secrets)
        self._web = WebServer(pages, settings.http_host, settings.alerting_public_port)
        self._loop = ConsumerLoop(
            consumer,
            producer,
            GROUP,
            decode_change,
            self._alerting.handle,
            stop=stop,
            clock=clock,
            between_polls=self._between_polls,
        )
        self._state: dict[str, str | None] = {}
        self._check_turn: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Silences and verdicts are known before anything is sent."""
        for follower in self._followers:
            follower.catch_up()
        self._web.start()
        self._dispatcher.start()
        get_logger().info("alerting_started", alerts_known=len(self._ledger), public_port=self._web.port)

    def run(self, state: dict[str, str | None], check_turn: Callable[[], None]) -> None:
        """``state`` is what /readyz tells; ``check_turn`` raises when another process has taken over."""
        self._state, self._check_turn = state, check_turn
        self._loop.run()

    def close(self) -> None:
        """Finish the messages in hand, then leave the group."""
        self._web.ask_to_stop()
        self._dispatcher.stop(STOP_WORKERS_SECONDS)
        for follower in self._followers:
            follower.close()
        self._web.stop()
        self._loop.close(STOP_KAFKA_SECONDS)

    def _between_polls(self) -> None:
        self._check_turn()
        if self._dispatcher.failure is not None:
            raise self._dispatcher.failure
        for follower in self._followers:
            follower.poll()
        fresh = self._routes_file.newer()
        if fresh is not None:
            self._routes_file.accept(self._dispatcher.apply, fresh)
        self._dispatcher.measure()
        if time.monotonic() - self._tidied_at >= SECONDS_BETWEEN_TIDYING:
            self._tidied_at = time.monotonic()
            self._alerting.tidy(timedelta(days=self._settings.alerting_ledger_days))
        self._state.update({"alerting": None, **self._loop.checks()})


def _read_ledger(kafka: KafkaSettings, producer: Any) -> Ledger:
    store = CompactedStore(kafka, producer, "sent-alerts")
    store.load()
    return Ledger(store)
