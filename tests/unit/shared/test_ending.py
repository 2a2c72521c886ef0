"""A process that was told to stop is gone in time."""

from __future__ import annotations

import subprocess
import sys
import threading

from stancewatch_shared.ending import end_in_time


def test_nothing_ends_before_the_word() -> None:
    ended: list[int] = []
    thread = end_in_time(threading.Event(), 0.0, ended.append)
    thread.join(0.05)
    assert thread.is_alive()
    assert ended == []


def test_the_deadline_ends_the_process_and_says_who_was_still_at_work() -> None:
    code = (
        "import threading\n"
        "from stancewatch_shared.ending import end_in_time\n"
        "stop = threading.Event()\n"
        "threading.Thread(target=threading.Event().wait, name='stuck-receiver').start()\n"
        "end_in_time(stop, 0.1)\n"
        "stop.set()\n"
        "threading.Event().wait()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0
    assert "ended by deadline" in (ended.stdout + ended.stderr).replace("_", " ")
    assert "stuck-receiver" in ended.stdout + ended.stderr
