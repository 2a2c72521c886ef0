"""Run Stancewatch on your own files: `make up CONFIG=dir`, until `make down`.

The folder holds sources.yaml and watchlist.yaml, and if you like routes.yaml and stancewatch.env (lines of NAME=value,
such as STANCEWATCH_SLACK_WEBHOOK_URL). With KAFKA_BOOTSTRAP_SERVERS set it uses that cluster, else a local broker.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from down import RUN_FOLDER, find_supervisor
from endings import Interrupted, ended_by_signals, ignore_signals
from stack import (
    BIN,
    REPOSITORY,
    Plan,
    choose_ports,
    create_topics,
    load_broker,
    port_is_free,
    services_of,
    wait_until_ready,
)
from supervisor import ServiceFailed, Supervisor

EXAMPLE = REPOSITORY / "deploy" / "demo" / "config"
STARTS_WITHIN_SECONDS = 480.0  # twenty on an idle machine


class Refused(Exception):  # noqa: N818 - said of the files
    """What the user must put right."""


def check(config: Path | None) -> Plan:
    """The plan for a folder, or Refused."""
    if config is None:
        raise Refused(
            f"say which files to run on: make up CONFIG=dir (an example to copy: {_short(EXAMPLE)})"
        )
    if not config.is_dir():
        raise Refused(f"there is no folder {config}")
    missing = [name for name in ("sources.yaml", "watchlist.yaml") if not (config / name).is_file()]
    if missing:
        raise Refused(f"{config} has no {' and no '.join(missing)} (an example to copy: {_short(EXAMPLE)})")
    plan = Plan(
        run_folder=RUN_FOLDER,
        sources=(config / "sources.yaml").resolve(),
        watchlist=(config / "watchlist.yaml").resolve(),
        routes=(config / "routes.yaml").resolve() if (config / "routes.yaml").is_file() else None,
        extra=_environment_of(config),
    )
    checks = [["watchlist", "check", str(plan.watchlist)], ["sources", "check", str(plan.sources)]]
    if plan.routes:
        checks.append(["route", "check", str(plan.routes)])
    for arguments in checks:
        done = subprocess.run(
            [str(BIN / "stancewatch"), *arguments], capture_output=True, text=True, check=False
        )
        if done.returncode == 2 and "No such command" not in done.stderr:
            raise Refused(done.stderr.strip().removeprefix("error: "))
    return plan


def _environment_of(config: Path) -> dict[str, str]:
    file = config / "stancewatch.env"
    return {"STANCEWATCH_ENV_FILE": str(file.resolve())} if file.is_file() else {}


def _short(path: Path) -> str:
    return str(path.relative_to(REPOSITORY)) if path.is_relative_to(REPOSITORY) else str(path)


def run_in_foreground(plan: Plan) -> int:
    """Broker, topics, services; watches them until a signal comes. The exit code."""
    broker = load_broker()
    supervisor = Supervisor(RUN_FOLDER / "logs", _say)
    own_broker = "KAFKA_BOOTSTRAP_SERVERS" not in os.environ
    try:
        with ended_by_signals():
            servers = (
                os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
                or broker.start(RUN_FOLDER / "kafka", ends_with_parent=True).bootstrap_servers
            )
            create_topics(servers)
            ports = choose_ports(port_is_free, broker.free_port)
            for service in services_of(plan, servers, ports):
                supervisor.start(service)
            late = wait_until_ready(supervisor)
            for each in late:
                _say(f"not ready yet: {each}; see {_short(RUN_FOLDER / 'logs')}/")
            (RUN_FOLDER / "ready").write_text(_where(servers, ports), encoding="utf-8")
            while True:
                supervisor.watch()
                time.sleep(0.5)
    except Interrupted:
        return 0
    except (ServiceFailed, broker.CannotRun) as error:
        _say(f"error: {error}")
        return 2
    finally:
        ignore_signals()
        supervisor.stop()
        if own_broker:
            broker.stop(RUN_FOLDER / "kafka")
        (RUN_FOLDER / "ready").unlink(missing_ok=True)


def _where(servers: str, ports: dict[str, int]) -> str:
    return (
        f"Timeline page   http://127.0.0.1:{ports['timeline']}/\n"
        f"Kafka           {servers}\n"
        f"Logs            {_short(RUN_FOLDER / 'logs')}/ (alerts are in alerting.log, and in Slack if you set it up)\n"
        "Stop it         make down\n"
    )


def run_in_background(config: Path) -> int:
    """Start a supervisor of its own and wait until it says that all is ready."""
    if find_supervisor() is not None:
        _say("it is running already (make down stops it)")
        return 1
    RUN_FOLDER.mkdir(parents=True, exist_ok=True)
    (RUN_FOLDER / "ready").unlink(missing_ok=True)
    log = RUN_FOLDER / "supervisor.log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            [
                sys.executable,
                str(Path(__file__).resolve()),
                "--config",
                str(config.resolve()),
                "--foreground",
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    (RUN_FOLDER / "supervisor.pid").write_text(str(child.pid), encoding="utf-8")
    _say("starting (about 20 seconds) ...")
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        if (RUN_FOLDER / "ready").exists():
            print((RUN_FOLDER / "ready").read_text(encoding="utf-8"), end="")
            return 0
        time.sleep(0.2)
    _say(log.read_text(encoding="utf-8", errors="replace").strip() or "it did not start in time")
    return child.poll() or 1


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--config", type=Path, help="folder with sources.yaml and watchlist.yaml")
    parser.add_argument("--foreground", action="store_true", help="stay here until Ctrl-C")
    options = parser.parse_args()
    try:
        plan = check(options.config)
    except Refused as reason:
        _say(f"error: {reason}")
        return 2
    return run_in_foreground(plan) if options.foreground else run_in_background(options.config)


if __name__ == "__main__":
    sys.exit(main())
