"""The life of the classifier process: check, start, work, drain, end. Exit 0, 2 (the user's turn) or 70 (broken)."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Coroutine

from stancewatch_shared.connect import check_topics
from stancewatch_shared.health import HealthServer
from stancewatch_shared.logs import get_logger
from stancewatch_shared.service import EXIT_BROKEN
from stancewatch_shared.settings import KafkaSettings

from stance_classifier.app import TOPICS_NEEDED, ClassifierApp
from stance_classifier.keep_positions import Apply
from stance_classifier.model.base import StanceModel
from stance_classifier.read_articles import ReadsArticles
from stance_classifier.settings import ClassifierSettings
from stance_classifier.watchlist import Watchlist
from stance_classifier.watchlist_reload import WatchlistFile, follow_watchlist

# SIGTERM to exit takes at most 10 s: the batch in hand gets most of it.
DRAIN_SECONDS = 5.0
STOP_SECONDS = 2.5
LOOK_EVERY_SECONDS = 0.2

MakeReader = Callable[[Watchlist], ReadsArticles]


def serve(
    settings: ClassifierSettings,
    kafka: KafkaSettings,
    make_reader: MakeReader,
    apply: Apply,
    stop: threading.Event,
    judge: StanceModel | None = None,
) -> None:
    """Runs until `stop` is set; `judge` is the second reader, if there is one.

    Raises UserError when it can't start; ends the process with 70 when it breaks.
    """
    file = WatchlistFile(settings.watchlist)
    watchlist = file.load()
    check_topics(kafka, TOPICS_NEEDED, stop)
    reader = make_reader(watchlist)
    asyncio.run(_live(settings, kafka, file, reader, make_reader, apply, stop, judge))


async def _live(
    settings: ClassifierSettings,
    kafka: KafkaSettings,
    file: WatchlistFile,
    reader: ReadsArticles,
    make_reader: MakeReader,
    apply: Apply,
    stop: threading.Event,
    judge: StanceModel | None,
) -> None:
    app = ClassifierApp(settings, kafka, reader, apply, judge)

    def take_over(watchlist: Watchlist) -> None:
        app.read_articles.reader = make_reader(watchlist)

    with HealthServer(settings.http_host, settings.http_port, app.checks, app.alive) as health:
        get_logger().info("starting", http_port=health.port, group=app.faust.conf.id)
        starting = asyncio.create_task(app.start(), name="start")
        following = asyncio.create_task(follow_watchlist(file, take_over), name="watchlist")
        while not stop.is_set():
            for task in (starting, following):
                if task.done() and (error := task.exception()) is not None:
                    _end_broken(error)
            if (failure := app.failed()) is not None:
                _end_broken(failure)
            await asyncio.sleep(LOOK_EVERY_SECONDS)
        following.cancel()
        await _end_in_order(app, starting)


def _end_broken(error: BaseException) -> None:
    """Ends at once, with nothing acknowledged that is in work: faust's own way out would commit on the way."""
    get_logger().error("process_ends", error=type(error).__name__, exc_info=error)
    os._exit(EXIT_BROKEN)


async def _end_in_order(app: ClassifierApp, starting: asyncio.Task[None]) -> None:
    began = time.monotonic()
    if starting.done():
        await _at_most(app.drain(DRAIN_SECONDS), DRAIN_SECONDS + 1, "drain")
    else:
        starting.cancel()
    await _at_most(app.stop(), STOP_SECONDS, "stop")
    get_logger().info("stopped", after_seconds=round(time.monotonic() - began, 1))
    # What is still in a thread (a call of the model) is not acknowledged: no reason to wait for it.
    os._exit(0)


async def _at_most(work: Coroutine[None, None, None], seconds: float, name: str) -> None:
    """Not wait_for: that would wait for the work to heed its cancellation."""
    task = asyncio.create_task(work, name=name)
    _, unfinished = await asyncio.wait({task}, timeout=seconds)
    if unfinished:
        get_logger().warning("not_waited_for", step=name, after_seconds=seconds)
    elif (error := task.exception()) is not None:
        get_logger().warning("step_failed", step=name, error=type(error).__name__, reason=str(error))
