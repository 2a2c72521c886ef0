"""One small Kafka broker (KRaft) on 127.0.0.1 with its own data folder: start, find, stop."""

from __future__ import annotations

import base64
import ctypes
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from jars import CannotRun, fetch_jars, install_missing

HERE = Path(__file__).resolve().parent
READY_WITHIN_SECONDS = 240.0  # five on an idle machine; one that is busy, or recovers data, takes its time
STOP_WITHIN_SECONDS = 15.0
USUAL_PORT = 9092
LARGEST_MESSAGE_BYTES = 16_777_216  # an article at its longest, in base64 as a dead letter

SERVER_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
message.max.bytes={largest_message_bytes}
replica.fetch.max.bytes={largest_message_bytes}
# small: one reader at a desk or one test run, not a cluster
log.cleaner.dedupe.buffer.size=4194304
num.network.threads=2
num.io.threads=4
num.recovery.threads.per.data.dir=1
background.threads=2
offsets.topic.num.partitions=5
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
"""
_children: dict[int, subprocess.Popen[bytes]] = {}
JVM_OPTIONS = ("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


@dataclass(frozen=True)
class Broker:
    """A broker that was started: its process and where it answers."""

    run_folder: Path
    pid: int
    port: int

    @property
    def bootstrap_servers(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def log_file(self) -> Path:
        return self.run_folder / "server.log"


def start(
    run_folder: Path,
    *,
    port: int | None = None,
    ends_with_parent: bool = False,
    more_properties: str = "",
) -> Broker:
    """Start a broker with its data in ``run_folder`` and wait until it answers; one that runs is kept.

    Without ``port`` it takes the port it had before, or 9092, or a free one. ``ends_with_parent`` (Linux)
    lets the broker die with the process that started it, however that ends. ``more_properties`` win over
    its own; ``{controller_port}`` stands for the port that is chosen for it.
    """
    running = find(run_folder)
    if running is not None and answers(running.port):
        return running
    java = install_missing()
    class_path = f"{fetch_jars()}/*"
    data = run_folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    port = port or _choose_port(run_folder)
    properties = run_folder / "server.properties"
    properties.write_text(
        (SERVER_PROPERTIES + more_properties).format(
            port=port, controller_port=free_port(), data=data, largest_message_bytes=LARGEST_MESSAGE_BYTES
        ),
        encoding="utf-8",
    )
    command = [
        java,
        *JVM_OPTIONS,
        f"-Dlog4j2.configurationFile={HERE / 'log4j2.properties'}",
        "-cp",
        class_path,
    ]
    if not (data / "meta.properties").exists():
        _format(command, properties)
    with (run_folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "kafka.Kafka", str(properties)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=_end_with_parent if ends_with_parent and sys.platform == "linux" else None,  # noqa: PLW1509
        )
    _children[process.pid] = process
    broker = Broker(run_folder, process.pid, port)
    (run_folder / "broker.json").write_text(json.dumps({"pid": broker.pid, "port": port}), encoding="utf-8")
    _wait_until_it_answers(broker, process)
    return broker


def stop(run_folder: Path) -> bool:
    """Stop the broker of ``run_folder``; False when none ran."""
    broker = find(run_folder)
    if broker is None:
        return False
    os.kill(broker.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_WITHIN_SECONDS
    while find(run_folder) is not None:
        if time.monotonic() > deadline:
            os.kill(broker.pid, signal.SIGKILL)
        time.sleep(0.1)
    if broker.pid in _children:
        _children.pop(broker.pid).wait()
    return True


def find(run_folder: Path) -> Broker | None:
    """The broker that runs on ``run_folder``'s data, if one does."""
    try:
        known = json.loads((run_folder / "broker.json").read_text(encoding="utf-8"))
        pid, port = int(known["pid"]), int(known["port"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    _reap(pid)
    # The number may belong to another process by now: its command line tells.
    return (
        Broker(run_folder, pid, port) if str(run_folder / "server.properties") in _command_line(pid) else None
    )


def answers(port: int) -> bool:
    """Whether an ApiVersions request is answered without error: ready, not merely listening."""
    request = struct.pack(">hhih", 18, 0, 1, -1)  # ApiVersions, version 0, correlation id 1, no client id
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            reply = connection.recv(10)
    except OSError:
        return False
    return len(reply) == 10 and struct.unpack(">iih", reply)[1:] == (1, 0)


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _choose_port(run_folder: Path) -> int:
    usual = USUAL_PORT
    with suppress(OSError, ValueError, KeyError, TypeError):
        usual = int(json.loads((run_folder / "broker.json").read_text(encoding="utf-8"))["port"])
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", usual))
        except OSError:
            return free_port()
    return usual


def new_cluster_id() -> str:
    """A random id as Kafka writes it: never one that begins with a hyphen and looks like an option."""
    while (found := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return found


def _format(command: list[str], properties: Path) -> None:
    tool = [*command, "kafka.tools.StorageTool", "format", "-t", new_cluster_id(), "-c", str(properties)]
    done = subprocess.run(
        tool, stdin=subprocess.DEVNULL, capture_output=True, check=False, text=True, timeout=120
    )
    if done.returncode != 0:
        raise CannotRun(f"Kafka could not format its data folder:\n{(done.stdout + done.stderr)[-2000:]}")


def _wait_until_it_answers(broker: Broker, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while not answers(broker.port):
        if process.poll() is not None or time.monotonic() > deadline:
            stop(broker.run_folder)
            tail = broker.log_file.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise CannotRun(f"Kafka did not start; the end of {broker.log_file}:\n{tail}")
        time.sleep(0.1)


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _reap(pid: int) -> None:
    """If the broker is a child of this process and has ended, let it go: a zombie still has a process id."""
    child = _children.get(pid)
    if child is not None and child.poll() is not None:
        del _children[pid]


def _command_line(pid: int) -> str:
    proc = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self").exists():
        try:
            return proc.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            return ""
    if shutil.which("ps") is None:
        return ""
    return subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False, text=True
    ).stdout
