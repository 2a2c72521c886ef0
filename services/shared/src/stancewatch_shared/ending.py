"""The latest moment at which a process that was told to stop is gone, whatever it hangs in.

A broker that no longer acknowledges, a receiver that never answers, a lock behind either: none of them may keep
a process alive until its supervisor kills it. What is cut off here is what kill -9 would cut off too, and every
service recovers from that; the log says which threads were still at work.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable

from stancewatch_shared.logs import get_logger


def end_in_time(
    stop: threading.Event, within_seconds: float, end: Callable[[int], object] = os._exit
) -> threading.Thread:
    """End the process with 0 ``within_seconds`` after ``stop`` is set. Returns the thread that watches."""

    def watch() -> None:
        stop.wait()
        threading.Event().wait(within_seconds)
        threads = sorted(
            each.name for each in threading.enumerate() if each is not threading.current_thread()
        )
        get_logger().warning("ended_by_deadline", within_seconds=within_seconds, still_running=threads)
        sys.stdout.flush()
        sys.stderr.flush()
        end(0)

    thread = threading.Thread(target=watch, name="deadline", daemon=True)
    thread.start()
    return thread
