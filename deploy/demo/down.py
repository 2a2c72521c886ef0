"""Stop what `make up` started, and wait until it is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

RUN_FOLDER = Path(__file__).resolve().parent.parent.parent / ".run" / "up"
STOPS_WITHIN_SECONDS = 40.0


def find_supervisor() -> int | None:
    """The process id of the running supervisor; its command line tells it from another with the same number."""
    try:
        pid = int((RUN_FOLDER / "supervisor.pid").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    shown = _command_line(pid)
    return pid if str(Path(__file__).resolve().parent / "up.py") in shown else None


def _command_line(pid: int) -> str:
    if Path("/proc/self").exists():
        with suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        return ""
    shown = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout


def main() -> int:
    pid = find_supervisor()
    if pid is None:
        print("it is not running")
        return 0
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOPS_WITHIN_SECONDS
    while find_supervisor() is not None:
        if time.monotonic() > deadline:
            print(f"process {pid} does not end; see {RUN_FOLDER / 'supervisor.log'}", file=sys.stderr)
            return 1
        time.sleep(0.1)
    print("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
