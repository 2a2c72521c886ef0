"""``stancewatch-alerting``: start, run until SIGTERM, end in order.

Exit 0 when told to stop, 2 when a person must act (settings, routes, topics), 70 when something broke.
"""

from __future__ import annotations

import threading
from typing import Any

from stancewatch_shared.connect import check_topics, make_consumer
from stancewatch_shared.ending import end_in_time
from stancewatch_shared.health import HealthServer
from stancewatch_shared.logs import configure_logs
from stancewatch_shared.service import run_service, stop_on_signals
from stancewatch_shared.settings import KafkaSettings, load_settings

from alerting.app import GROUP, TOPIC
from alerting.channels.build import build_channel
from alerting.reload import RoutesFile
from alerting.running import Running
from alerting.settings import AlertingSettings
from alerting.turn import OneAtATime, Turn

# How long after a crash the next process waits for its turn; a pause longer than this loses the turn.
SESSION_TIMEOUT_MS = 10_000
# SIGTERM to exit takes 10 s at most. What is not done by then stands in the ledger as "sending" and is looked up
# by the next process; running.py divides the time.
STOP_WITHIN_SECONDS = 9.0
LEAVE_GROUP_MS = 2000
TOPICS = (TOPIC, f"{TOPIC}-dlq", "sent-alerts", "silences", "verdicts")


def main() -> None:
    """Entry point of the console script."""
    run_service(serve)


def serve() -> None:
    """Run the service; raises UserError for what a person must put right."""
    settings = load_settings(AlertingSettings)
    kafka = load_settings(KafkaSettings)
    configure_logs("alerting", settings)
    stop = stop_on_signals()
    end_in_time(stop, STOP_WITHIN_SECONDS)
    routes_file = RoutesFile(settings)
    for receiver in routes_file.load().receivers:
        build_channel(receiver, settings)  # a missing secret is told before Kafka is waited for
    state: dict[str, str | None] = {"alerting": "waits for Kafka"}
    with HealthServer(settings.http_host, settings.http_port, lambda: dict(state)):
        check_topics(kafka, TOPICS, stop)
        _take_turn(settings, kafka, routes_file, stop, state)


def _take_turn(
    settings: AlertingSettings,
    kafka: KafkaSettings,
    routes_file: RoutesFile,
    stop: threading.Event,
    state: dict[str, str | None],
) -> None:
    """Stand by until it is this process's turn, then run."""
    assignor = OneAtATime()
    consumer: Any = make_consumer(
        kafka,
        [TOPIC],
        GROUP,
        stop,
        partition_assignment_strategy=(assignor,),
        session_timeout_ms=SESSION_TIMEOUT_MS,
    )
    turn = Turn(consumer, assignor)
    consumer.subscribe([kafka.topic(TOPIC)], listener=turn)
    state["alerting"] = "is standing by: another alerting process is active, or the group is forming"
    if not turn.wait(stop):
        consumer.close(timeout_ms=LEAVE_GROUP_MS)
        return
    state["alerting"] = "is reading its ledger"
    running = Running(settings, kafka, routes_file, consumer, stop)
    try:
        running.start()
        turn.begin()
        running.run(state, turn.check)
    finally:
        state["alerting"] = "is stopping"
        running.close()


if __name__ == "__main__":
    main()
