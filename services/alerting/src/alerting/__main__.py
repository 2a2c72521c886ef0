"""``stancewatch-alerting``: start, run until SIGTERM, end in order.

Exit 0 when told to stop, 2 when a person must act (settings, routes, topics), 70 when something broke.
"""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

from stancewatch_shared import metrics
from stancewatch_shared.clock import SystemClock
from stancewatch_shared.compacted import CompactedStore
from stancewatch_shared.connect import check_topics, make_consumer, make_producer
from stancewatch_shared.consumer_loop import ConsumerLoop
from stancewatch_shared.health import HealthServer
from stancewatch_shared.logs import configure_logs, get_logger
from stancewatch_shared.service import run_service, stop_on_signals
from stancewatch_shared.settings import KafkaSettings, load_settings

from alerting.app import GROUP, TOPIC, Alerting, PublicPages, decode_change
from alerting.channels.build import build_channel
from alerting.compose import Links
from alerting.dispatcher import Dispatcher
from alerting.follow import Follower
from alerting.giving_up import KafkaDeadLetters
from alerting.ledger import Ledger
from alerting.reload import RoutesFile
from alerting.settings import AlertingSettings
from alerting.silences import Silences
from alerting.verdicts import VerdictBook
from alerting.web import Secrets, build_web
from alerting.web_server import WebServer
from alerting.worker import Shared

TOPICS = (TOPIC, f"{TOPIC}-dlq", "sent-alerts", "silences", "verdicts")
SECONDS_BETWEEN_TIDYING = 3600.0


def main() -> None:
    """Entry point of the console script."""
    run_service(serve)


def serve() -> None:
    """Run the service; raises UserError for what a person must put right."""
    settings = load_settings(AlertingSettings)
    kafka = load_settings(KafkaSettings)
    configure_logs("alerting", settings)
    stop = stop_on_signals()
    routes_file = RoutesFile(settings)
    routes = routes_file.load()
    for receiver in routes.receivers:
        build_channel(receiver, settings)  # a missing secret is told before Kafka is waited for
    state: dict[str, str | None] = {"alerting": "is reading its ledger"}
    with HealthServer(settings.http_host, settings.http_port, lambda: state):
        check_topics(kafka, TOPICS, stop)
        _run(settings, kafka, routes_file, stop, state)


def _run(
    settings: AlertingSettings,
    kafka: KafkaSettings,
    routes_file: RoutesFile,
    stop: threading.Event,
    state: dict[str, str | None],
) -> None:
    clock = SystemClock()
    producer = make_producer(kafka, "alerting", stop)
    store = CompactedStore(kafka, producer, "sent-alerts")
    store.load()
    links = Links(
        settings.timeline_url, settings.alerting_public_url, settings.secret("alerting_link_secret")
    )
    silences = Silences()
    followers = [Follower(kafka, "silences", silences.note)]
    followers[0].catch_up()
    ledger = Ledger(store)
    shared = Shared(ledger, routes_file.routes, silences, links, clock, KafkaDeadLetters(producer, clock))
    dispatcher = Dispatcher(shared, lambda receiver: build_channel(receiver, settings))
    alerting = Alerting(ledger, silences, dispatcher, links, clock)
    book = VerdictBook(alerting.show_verdict)
    followers.append(Follower(kafka, "verdicts", book.note))
    followers[1].catch_up()
    secrets = Secrets(settings.secret("slack_signing_secret"), settings.secret("alerting_link_secret"))
    web = WebServer(
        build_web(PublicPages(alerting, book, producer), secrets),
        settings.http_host,
        settings.alerting_public_port,
    )
    web.start()
    dispatcher.start()
    get_logger().info("alerting_started", alerts_known=len(ledger), public_port=web.port)
    tidied_at = [time.monotonic() - SECONDS_BETWEEN_TIDYING]

    def between_polls() -> None:
        for follower in followers:
            follower.poll()
        state.update({"alerting": None, **loop.checks()})
        if dispatcher.failure is not None:
            raise dispatcher.failure
        fresh = routes_file.newer()
        if fresh is not None:
            routes_file.accept(dispatcher.apply, fresh)
        dispatcher.measure()
        if time.monotonic() - tidied_at[0] >= SECONDS_BETWEEN_TIDYING:
            tidied_at[0] = time.monotonic()
            alerting.tidy(timedelta(days=settings.alerting_ledger_days))

    consumer: Any = make_consumer(kafka, [TOPIC], GROUP, stop)
    loop = ConsumerLoop(
        consumer,
        producer,
        GROUP,
        decode_change,
        alerting.handle,
        stop=stop,
        clock=clock,
        between_polls=between_polls,
    )
    try:
        loop.run()
    finally:
        state["alerting"] = "is stopping"
        web.stop()
        dispatcher.stop(timeout_seconds=6.0)
        for follower in followers:
            follower.close()
        loop.close(timeout_seconds=2.0)
        metrics.ALERTS_OPEN.clear()


if __name__ == "__main__":
    main()
