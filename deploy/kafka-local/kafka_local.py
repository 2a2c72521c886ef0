"""A real Apache Kafka on this machine, without Docker: up, down, logs, status.

`up` prints the line to put into your shell. With Java or Maven missing it installs them (Debian as root),
or uses Docker, or says what to install.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import broker as local
from jars import HERE, REPOSITORY, CannotRun, say

RUN_FOLDER = REPOSITORY / ".run" / "kafka"
UP_FOLDER = REPOSITORY / ".run" / "up" / "kafka"  # the broker of `make up`
COMPOSE_FILE = HERE.parent / "compose" / "compose.yaml"
COMPOSE_PORT = 9092


def up(run_folder: Path, port: int | None) -> str:
    """Start the broker (or keep the one that runs); its bootstrap servers."""
    try:
        return local.start(run_folder, port=port).bootstrap_servers
    except CannotRun:
        if not _docker_works():
            raise
        say("using the broker of deploy/compose (Docker) ...")
        _compose("up", "--detach", "--wait", "kafka")
        return f"127.0.0.1:{COMPOSE_PORT}"


def down(run_folder: Path) -> str:
    if local.stop(run_folder):
        return "Kafka stopped"
    if _docker_works() and _compose("ps", "--quiet", "kafka").strip():
        _compose("stop", "kafka")
        return "Kafka (Docker) stopped"
    return "Kafka was not running"


def status(run_folder: Path) -> tuple[str, int]:
    """What to say and the exit code: 0 when it answers, 1 when not."""
    found = local.find(run_folder)
    if found is None:
        return "Kafka is not running (make kafka-up)", 1
    if not local.answers(found.port):
        return f"Kafka runs (process {found.pid}) but does not answer: make kafka-logs", 1
    return f"Kafka answers at {found.bootstrap_servers} (process {found.pid}, data in {found.run_folder})", 0


def address(run_folder: Path) -> str:
    """Where the broker that runs here (or Docker's) answers."""
    found = local.find(run_folder)
    return found.bootstrap_servers if found else f"127.0.0.1:{COMPOSE_PORT}"


def logs(run_folder: Path, follow: bool) -> None:
    path = run_folder / "server.log"
    if not path.exists():
        raise CannotRun("there is no log yet: Kafka has not been started here (make kafka-up)")
    with path.open(encoding="utf-8", errors="replace") as log:
        for line in log.readlines()[-200:]:
            sys.stdout.write(line)
        while follow:
            sys.stdout.write(log.read())
            sys.stdout.flush()
            time.sleep(0.5)


def _only_make_up_runs(run_folder: Path) -> bool:
    return local.find(run_folder) is None and local.find(UP_FOLDER) is not None


def _docker_works() -> bool:
    if shutil.which("docker") is None or not COMPOSE_FILE.exists():
        return False
    return subprocess.run(["docker", "info"], capture_output=True, check=False, timeout=30).returncode == 0


def _compose(*arguments: str) -> str:
    command = ["docker", "compose", "--file", str(COMPOSE_FILE), *arguments]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, text=True)
    if done.returncode != 0:
        raise CannotRun(f"`{' '.join(command)}` failed:\n{done.stderr.strip()[-2000:]}")
    return done.stdout


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("verb", choices=["up", "down", "logs", "status", "address"])
    parser.add_argument(
        "--run-dir", type=Path, default=RUN_FOLDER, help="where data, log and process id are kept"
    )
    parser.add_argument("--port", type=int, help="default: the port it had, else 9092, else a free one")
    parser.add_argument("--follow", action="store_true", help="logs: go on until Ctrl-C")
    options = parser.parse_args()
    run_folder = options.run_dir.resolve()
    if options.verb in ("status", "logs", "address") and _only_make_up_runs(run_folder):
        run_folder = UP_FOLDER
    code = 0
    try:
        if options.verb == "up":
            servers = up(run_folder, options.port)
            say(f"Kafka answers at {servers}  (stop it: make kafka-down; its log: make kafka-logs)")
            print(f"export KAFKA_BOOTSTRAP_SERVERS={servers}")
        elif options.verb == "down":
            print(down(run_folder))
        elif options.verb == "address":
            print(address(run_folder))
        elif options.verb == "status":
            line, code = status(run_folder)
            print(line)
        else:
            logs(run_folder, options.follow)
    except CannotRun as reason:
        say(f"error: {reason}")
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


if __name__ == "__main__":
    sys.exit(main())
