"""However the demo ends, nothing of it stays: not on Ctrl-C, not on SIGTERM."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc (Linux)"),
]


def processes_of(run_folder: Path) -> list[str]:
    """Command lines and environments that name the demo's own folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            text = (entry / "cmdline").read_bytes() + b"\0" + (entry / "environ").read_bytes()
        except OSError:
            continue
        if str(run_folder).encode() in text:
            found.append(text.split(b"\0\0")[0].replace(b"\0", b" ").decode("utf-8", "replace")[:200])
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_demo_and_everything_it_started(number: signal.Signals) -> None:
    demo = subprocess.Popen(
        [sys.executable, str(REPOSITORY / "deploy" / "demo" / "demo.py")],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    run_folder = REPOSITORY / ".run" / "demo" / str(demo.pid)
    with demo:
        assert demo.stdout is not None
        for line in demo.stdout:
            if "starting fetcher" in line:
                break
        deadline = time.monotonic() + 180
        while len(processes_of(run_folder)) < 5 and time.monotonic() < deadline:
            time.sleep(0.1)  # the broker and four services
        assert len(processes_of(run_folder)) >= 5
        demo.send_signal(number)
        assert demo.wait(40) == 128 + number
    assert processes_of(run_folder) == []
