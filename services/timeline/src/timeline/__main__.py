"""Starts the timeline: a thread that reads the topics, and the web server in the main thread."""

from __future__ import annotations

import argparse
import socket
import tempfile
import threading
from pathlib import Path

import uvicorn
from stancewatch_shared.ending import end_in_time
from stancewatch_shared.errors import UserError
from stancewatch_shared.logs import configure_logs, get_logger
from stancewatch_shared.service import run_service, stop_on_signals
from stancewatch_shared.settings import KafkaSettings, load_settings, variable_of

from timeline.consume import TopicReader
from timeline.progress import Progress
from timeline.read_model.database import Readers, open_writer
from timeline.read_model.writer import Writer
from timeline.settings import TimelineSettings
from timeline.web import make_app

# SIGTERM to exit takes 10 s at most: answers in hand, then the reader; a broker that is gone is not waited for.
FINISH_ANSWERS_SECONDS = 3
STOP_READING_SECONDS = 2.0
LEFT_AFTER_ANSWERS_SECONDS = 5.0


def main() -> None:
    """The console script ``stancewatch-timeline``: exit 0, 2 (something to put right), or 70 (broken)."""
    _parser().parse_args()
    run_service(run)


def _parser() -> argparse.ArgumentParser:
    """The help is the list of settings, from the settings themselves."""
    lines = []
    for name, field in TimelineSettings.model_fields.items():
        default = "" if field.default in (None, "") else f" (default: {field.default})"
        lines.append(f"  {variable_of(TimelineSettings, name)}\n      {field.description or name}{default}")
    return argparse.ArgumentParser(
        prog="stancewatch-timeline",
        description="A read-only web page of who stands where, with the evidence, from the Kafka topics.",
        epilog="Settings come from the environment:\n\n" + "\n".join(lines) + "\n  KAFKA_BOOTSTRAP_SERVERS "
        "and more\n      how to reach Kafka\n\nMore in services/timeline/README.md.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def run() -> None:
    """Serve until SIGTERM or SIGINT; UserError where the user has to change something."""
    settings = load_settings(TimelineSettings)
    kafka = load_settings(KafkaSettings)
    configure_logs("timeline", settings)
    stop = stop_on_signals()
    end_in_time(stop, LEFT_AFTER_ANSWERS_SECONDS)
    with tempfile.TemporaryDirectory(prefix="stancewatch-timeline-") as folder:
        path = _database(settings, Path(folder))
        progress = Progress()
        reader = TopicReader(kafka, Writer(open_writer(path)), progress, stop)
        server = _server(settings, path, progress)
        listening = _listen(settings.http_host, settings.http_port)
        ended_by: list[BaseException] = []
        thread = threading.Thread(target=_read, args=(reader, server, ended_by), name="topics", daemon=True)
        thread.start()
        get_logger().info("listening", host=settings.http_host, port=listening.getsockname()[1])
        try:
            server.run(sockets=[listening])
        finally:
            stop.set()
            thread.join(timeout=STOP_READING_SECONDS)
    if ended_by:
        raise ended_by[0]


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise UserError(
            f"cannot listen on {host}:{port} ({error.strerror}): set STANCEWATCH_HTTP_PORT to a free port"
        ) from None


def _read(reader: TopicReader, server: uvicorn.Server, ended_by: list[BaseException]) -> None:
    try:
        reader.run()
    except BaseException as error:  # whatever it is, the page must not go on with an ageing model
        ended_by.append(error)
        server.should_exit = True


def _database(settings: TimelineSettings, folder: Path) -> Path:
    path = settings.timeline_database
    if path is None:
        return folder / "read-model.sqlite"
    if not path.parent.is_dir():
        raise UserError(
            f"STANCEWATCH_TIMELINE_DATABASE: there is no folder {path.parent}; make it, or leave the variable out"
        )
    return path


def _server(settings: TimelineSettings, path: Path, progress: Progress) -> uvicorn.Server:
    config = uvicorn.Config(
        make_app(settings, Readers(path), progress),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=FINISH_ANSWERS_SECONDS,
        lifespan="off",
    )
    return uvicorn.Server(config)


if __name__ == "__main__":
    main()
