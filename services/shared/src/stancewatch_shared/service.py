"""How a service process starts and ends: exit 0 when told to stop, 2 for the user to act, 70 when broken."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from stancewatch_shared.errors import UserError
from stancewatch_shared.logs import get_logger

EXIT_USER = 2
EXIT_BROKEN = 70  # EX_SOFTWARE: a supervisor restarts the process


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set. Call from the main thread."""
    stop = threading.Event()

    def handle(number: int, _frame: FrameType | None) -> None:
        get_logger().info("stopping", signal=signal.Signals(number).name)
        stop.set()

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)
    return stop


def run_service(run: Callable[[], None]) -> None:
    """Run a service's main function and turn how it ended into an exit code (never a bare traceback)."""
    try:
        run()
    except UserError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(EXIT_USER)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        get_logger().exception("process_ends", error=type(error).__name__)
        sys.exit(EXIT_BROKEN)
