"""Images, built without a Docker engine and run as Kubernetes would run them.

A container here is a chroot into the image's files: read-only, an empty /tmp, the image's own environment, entry point and
numeric user, and nothing else of this machine but the network. Needs root, buildah and debootstrap (Debian packages).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.images.fake_hub import FakeHub
from tests.integration.conftest import (  # noqa: F401 - fixtures
    kafka,
    kafka_broker,
    kafka_environment,
    kafka_servers,
)
from tests.unit.stance_classifier.model.test_hub import write_nli_model

REPOSITORY = Path(__file__).resolve().parents[2]
SERVICES = ("fetcher", "classifier", "alerting", "timeline")
# Size and start-up time of each image, printed at the end of the run.
FIGURES: list[str] = []
# An id of nobody on this machine, and of the image alone.
USER = "10001"


def buildah(*arguments: str) -> str:
    """buildah on the project's own storage."""
    script = 'source deploy/images/storage.sh; b "$@"'
    done = subprocess.run(
        ["bash", "-c", script, "buildah", *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def build(service: str, **more: str) -> str:
    """Build one image; its name. `more` are variables that build.sh understands."""
    if os.geteuid() != 0 or shutil.which("buildah") is None or shutil.which("debootstrap") is None:
        pytest.skip("building images needs root, buildah and debootstrap")
    name = f"localhost/stancewatch/{service}"
    if os.environ.get("REUSE_IMAGES") and buildah("images", "--quiet", "--filter", f"reference={name}"):
        return name
    done = subprocess.run(
        ["bash", "deploy/images/build.sh", service],
        cwd=REPOSITORY,
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    FIGURES.extend(line for line in done.stdout.splitlines() if "built in" in line)
    return name


@dataclass
class Image:
    """An image whose files are mounted at `root`."""

    service: str
    root: Path
    config: dict[str, Any]

    @property
    def environment(self) -> dict[str, str]:
        return dict(each.split("=", 1) for each in self.config["Env"])

    def start(
        self, environment: dict[str, str], *command: str, tmp: Path | None = None, network: bool = True
    ) -> subprocess.Popen[bytes]:
        """Run the entry point (or `command`) with a read-only root; the process is the service itself."""
        words = list(command) or self.config["Entrypoint"]
        mounts = (
            'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && mount -t tmpfs tmpfs "$0/tmp"'
            ' && chmod 1777 "$0/tmp" && mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev"'
            + (f' && mkdir -p "$0/tmp/shared" && mount --bind {tmp} "$0/tmp/shared"' if tmp else "")
            + ' && exec chroot --userspec=10001:10001 "$0" /usr/bin/env -i "$@"'
        )
        variables = [f"{name}={value}" for name, value in {**self.environment, **environment}.items()]
        # A file, not a pipe: a full pipe that nobody reads would stop the service.
        with tempfile.NamedTemporaryFile(prefix=f"{self.service}-", suffix=".log", delete=False) as log:
            process = subprocess.Popen(
                [
                    "unshare",
                    "--mount",
                    *([] if network else ["--net"]),
                    "sh",
                    "-c",
                    mounts,
                    str(self.root),
                    *variables,
                    *words,
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        LOGS[process.pid] = Path(log.name)
        return process

    def run(
        self, environment: dict[str, str], *command: str, tmp: Path | None = None, network: bool = True
    ) -> str:
        """Run a command to its end; what it says."""
        process = self.start(environment, *command, tmp=tmp, network=network)
        process.wait(timeout=240)
        output = said(process)
        assert process.returncode == 0, output
        return output


class Images:
    """images("fetcher") builds an image once and shows its files."""

    def __init__(self) -> None:
        self._found: dict[str, Image] = {}

    def __call__(self, service: str) -> Image:
        if service not in self._found:
            name = build_with_hub_model() if service == "classifier" else build(service)
            config = json.loads(buildah("inspect", "--type", "image", name))["OCIv1"]["config"]
            self._found[service] = Image(service, files_of(name), config)
        return self._found[service]


def build_with_hub_model() -> str:
    """The classifier with a tiny hub model baked in beside the bundled one: one build shows both ways."""
    with tempfile.TemporaryDirectory() as folder:
        names = ["contradiction", "neutral", "entailment"]
        with FakeHub(write_nli_model(Path(folder), names)) as hub:
            return build("classifier", **hub.build_arguments)


def files_of(name: str) -> Path:
    """The files of an image: the vfs storage keeps each layer as a complete folder, so nothing has to be copied."""
    storage = REPOSITORY / ".cache" / "images" / "root"
    listed = json.loads((storage / "vfs-images" / "images.json").read_text(encoding="utf-8"))
    layer = next(image["layer"] for image in listed if f"{name}:latest" in image.get("names", []))
    return storage / "vfs" / "dir" / layer


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Size, build time and start-up time of each image, whatever pytest captured."""
    if FIGURES:
        terminalreporter.section("images")
        terminalreporter.write_line("\n".join(sorted(FIGURES)))


@pytest.fixture(scope="session")
def images() -> Images:
    """The images, each built when it is first asked for."""
    return Images()


LOGS: dict[int, Path] = {}


def said(process: subprocess.Popen[bytes]) -> str:
    """What a process has written so far."""
    return LOGS[process.pid].read_text(encoding="utf-8", errors="replace")


def answers(port: int, path: str, process: subprocess.Popen[bytes], seconds: float = 180.0) -> float:
    """Wait for a 200; how long it took, in seconds."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if process.poll() is not None:
            pytest.fail(f"it ended with {process.returncode}:\n{said(process)[-3000:]}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as answer:
                if answer.status == 200:
                    return time.monotonic() - began
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    process.kill()
    process.wait()
    pytest.fail(f"no {path} within {seconds:.0f} s:\n{said(process)[-3000:]}")


def stop(process: subprocess.Popen[bytes]) -> str:
    """SIGTERM; the output. It must end by itself, with 0, within Kubernetes' grace."""
    process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        pytest.fail(f"it did not end within 30 s of SIGTERM:\n{said(process)[-3000:]}")
    output = said(process)
    assert process.returncode == 0, output[-3000:]
    return output
