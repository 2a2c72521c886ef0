"""Runs what a resolved compose project describes as plain processes on this machine.

Names of containers become 127.0.0.1, ports become free ones, mounted folders become their sources. All else is taken
as it stands, so a wrong variable, path, command or Kafka setting shows.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.integration.kafka_broker import load_broker

BIN = Path(sys.executable).parent
broker = load_broker()


class Stack:
    """A context manager; everything it started ends with it."""

    def __init__(self, services: dict[str, Any], folder: Path) -> None:
        self.services = services
        self.folder = folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.ports: dict[str, str] = {}

    def __enter__(self) -> Stack:
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self.running.values()):
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start_kafka(self) -> None:
        """A broker with the settings that the image makes of its variables (KAFKA_NODE_ID is node.id)."""
        variables = self.services["kafka"]["environment"]
        settings = {name.removeprefix("KAFKA_").lower().replace("_", "."): v for name, v in variables.items()}
        settings["log.dirs"] = str(self.folder / "kafka-data")
        text = "".join(f"{name}={self._here(value)}\n" for name, value in settings.items())
        properties = self.folder / "server.properties"
        # An empty host means every address; the tests stay on this machine.
        properties.write_text(re.sub(r"://:(\d)", r"://127.0.0.1:\1", text), encoding="utf-8")
        java = [broker.install_missing(), *broker.JVM_OPTIONS, "-cp", f"{broker.fetch_jars()}/*"]
        broker._format(java, properties)
        self._spawn("kafka", [*java, "kafka.Kafka", str(properties)], {})
        port = int(self._here("19092"))
        self._until(lambda: broker.answers(port), "kafka")

    def start(self, name: str) -> None:
        """The service's command, or its image's."""
        service = self.services[name]
        command = service["entrypoint"] or [f"stancewatch-{name}"]
        environment = {key: self._path(name, self._here(value)) for key, value in _pairs(service)}
        self._spawn(name, [self._path(name, self._here(part)) for part in command], environment)

    def finish(self, name: str, seconds: float = 120.0) -> str:
        """Run it to its end, which must be 0; what it said."""
        self.start(name)
        self._until(lambda: self.running[name].poll() is not None, name, seconds)
        assert self.running.pop(name).returncode == 0, self._words(name) + self._all_words()
        return self._words(name)

    def _spawn(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        program = BIN / command[0]
        with self._log(name).open("wb") as log:
            self.running[name] = subprocess.Popen(
                [str(program) if program.exists() else command[0], *command[1:]],
                cwd=self.folder,
                env={"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(self.folder), **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _until(self, condition: Any, name: str, seconds: float = 180.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            for each, process in self.running.items():
                assert each == name or process.poll() is None, f"{each} ended: {self._words(each)}"
            assert time.monotonic() < deadline, f"{name} is not done: {self._all_words()}"
            time.sleep(0.2)

    def _here(self, value: str) -> str:
        """Container names and ports as they are on this machine; a port is the same free one wherever it stands."""
        names = "|".join(self.services)
        value = re.sub(rf"\b(?:{names})(?=:\d)", "127.0.0.1", value)
        return re.sub(r"(?<![\w.])(?:8\d{3}|9092|19092|29093)\b", self._port, value)

    def _port(self, found: re.Match[str]) -> str:
        return self.ports.setdefault(found[0], str(broker.free_port()))

    def _path(self, name: str, value: str) -> str:
        for mount in self.services[name].get("volumes", []):
            value = value.replace(mount["target"] + "/", mount["source"] + "/")
        for target in self.services[name].get("tmpfs", []):
            if value.startswith(target + "/"):
                value = str(self.folder / name / value.removeprefix(target + "/"))
        return value

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _words(self, name: str) -> str:
        return self._log(name).read_text(encoding="utf-8", errors="replace")[-2000:]

    def _all_words(self) -> str:
        return "\n".join(
            f"== {name}\n{self._words(name)}" for name in self.running if self._log(name).exists()
        )


def _pairs(service: dict[str, Any]) -> list[tuple[str, str]]:
    return [(name, value or "") for name, value in (service.get("environment") or {}).items()]
