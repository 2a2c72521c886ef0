"""`stancewatch-fetcher`: start the service."""

from __future__ import annotations

import argparse

from stancewatch_shared.ending import end_in_time
from stancewatch_shared.logs import configure_logs
from stancewatch_shared.service import run_service, stop_on_signals
from stancewatch_shared.settings import KafkaSettings, load_settings

from fetcher.settings import FetcherSettings

# After the drain (app.py, 8 s) and before a supervisor's patience (10 s) ends.
ENDS_WITHIN_SECONDS = 9.0


def main() -> None:
    """Run until SIGTERM. Exit 0, 2 (something to put right), or 70 (broken)."""
    parser = argparse.ArgumentParser(
        prog="stancewatch-fetcher",
        description="Polls the sources of sources.yaml and sends their articles to Kafka.",
        epilog="Settings come from the environment: STANCEWATCH_SOURCES, KAFKA_BOOTSTRAP_SERVERS and more;"
        " see services/fetcher/README.md.",
    )
    parser.parse_args()
    run_service(_run)


def _run() -> None:
    settings = load_settings(FetcherSettings)
    configure_logs("fetcher", settings)
    stop = stop_on_signals()
    # A request to a server that never answers would hold its thread, and so the process, for as long as it likes.
    end_in_time(stop, ENDS_WITHIN_SECONDS)
    # Late: a wrong setting is told before half a second of imports.
    from fetcher.app import App

    App(settings, load_settings(KafkaSettings), stop).run()


if __name__ == "__main__":
    main()
