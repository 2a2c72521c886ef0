"""The supervisor on real processes (a line of Python each)."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from supervisor import Service, ServiceFailed, Supervisor


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str]) -> Iterator[Supervisor]:
    supervisor = Supervisor(tmp_path / "logs", said.append)
    yield supervisor
    supervisor.stop()


def service(code: str, **environment: str) -> Service:
    return Service("worker", [sys.executable, "-c", code], environment)


def wait_until(condition: Callable[[], bool], supervisor: Supervisor) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        supervisor.watch()


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_broke_is_started_again(supervisor: Supervisor, said: list[str], tmp_path: Path) -> None:
    marker = tmp_path / "second"
    code = (
        f"import pathlib, sys, time; p = pathlib.Path({str(marker)!r})\n"
        "if not p.exists(): p.touch(); sys.exit(70)\n"
        "p.write_text('again'); time.sleep(60)"
    )
    supervisor.start(service(code))
    wait_until(lambda: marker.exists() and marker.read_text() == "again", supervisor)
    assert said == ["worker ended with 70; starting it again"]


def test_what_a_person_must_put_right_is_not_started_again(supervisor: Supervisor) -> None:
    supervisor.start(service("import sys; sys.stderr.write('error: no such file'); sys.exit(2)"))
    with pytest.raises(ServiceFailed, match="error: no such file"):
        wait_until(lambda: False, supervisor)


def test_what_never_runs_is_given_up(supervisor: Supervisor) -> None:
    supervisor.start(service("import sys; sys.exit(70)"))
    with pytest.raises(ServiceFailed, match="ended with 70"):
        wait_until(lambda: False, supervisor)


def test_stopping_leaves_no_process_behind_not_even_a_grandchild(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    code = (
        "import os, pathlib, signal, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import signal, time; "
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)'])\n"
        f"pathlib.Path({str(pids)!r}).write_text(f'{{os.getpid()}} {{child.pid}}'); time.sleep(60)"
    )
    supervisor.start(service(code))
    wait_until(lambda: pids.exists() and len(pids.read_text().split()) == 2, supervisor)
    supervisor.stop()
    parent, child = map(int, pids.read_text().split())
    wait_until(lambda: not is_running(parent) and not _lives(child), supervisor)


def _lives(pid: int) -> bool:
    """An orphan that was killed may stay a zombie where nothing adopts it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_given_environment_replaces_ours(tmp_path: Path, said: list[str]) -> None:
    os.environ["STANCEWATCH_LEAK"] = "secret"
    out = tmp_path / "out"
    code = f"import os, pathlib; pathlib.Path({str(out)!r}).write_text(str(sorted(os.environ)))"
    supervisor = Supervisor(tmp_path / "logs", said.append, environment={"PATH": os.environ["PATH"]})
    try:
        supervisor.start(service(code, ONLY="this"))
        process = supervisor.services[0].process
        assert process is not None
        process.wait(20)
    finally:
        supervisor.stop()
        del os.environ["STANCEWATCH_LEAK"]
    assert "STANCEWATCH_LEAK" not in out.read_text()
    assert "ONLY" in out.read_text()
