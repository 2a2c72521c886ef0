"""Java, Maven and the Kafka jars: found, installed where that is allowed, or exactly asked for."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
OLDEST_JAVA = 17
FETCH_TIMEOUT_SECONDS = 600


class CannotRun(Exception):  # noqa: N818 - said of the broker
    """The broker cannot run here; the message says what to install."""


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def kafka_version() -> str:
    """The version the pom asks for: the only place it stands."""
    found = re.search(r"<kafka\.version>([^<]+)<", (HERE / "pom.xml").read_text(encoding="utf-8"))
    if found is None:
        raise CannotRun(f"{HERE / 'pom.xml'} names no kafka.version")
    return found.group(1)


def find_java() -> str | None:
    """A Java of at least version 17: from JAVA_HOME, else from PATH."""
    home = os.environ.get("JAVA_HOME")
    for java in (str(Path(home) / "bin" / "java") if home else None, shutil.which("java")):
        if java and _java_version(java) >= OLDEST_JAVA:
            return java
    return None


def _java_version(java: str) -> int:
    try:
        said = subprocess.run(
            [java, "-version"], capture_output=True, text=True, timeout=60, check=True
        ).stderr
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r'version "(\d+)', said)
    return int(found.group(1)) if found else 0


def install_missing() -> str:
    """Java's path, with Maven present or no longer needed. Raises CannotRun."""
    java = find_java()
    needs_maven = not jars_folder().is_dir() and shutil.which("mvn") is None
    if java and not needs_maven:
        return java
    packages = [*([] if java else ["openjdk-17-jre-headless"]), *(["maven"] if needs_maven else [])]
    if shutil.which("apt-get") and os.geteuid() == 0:
        say(f"installing {' and '.join(packages)} with apt (once) ...")
        _apt(packages)
        java = find_java()
        if java:
            return java
    raise CannotRun(
        f"Java {OLDEST_JAVA} or newer and Maven are needed to run Apache Kafka here, and "
        f"{' and '.join(packages)} could not be found.\n"
        f"  Debian, Ubuntu:  sudo apt-get install {' '.join(packages)}\n"
        "  macOS:           brew install openjdk@17 maven   (then set JAVA_HOME)\n"
        "  or start Docker: the broker then comes from deploy/compose\n"
        "  or point KAFKA_BOOTSTRAP_SERVERS to a cluster you have"
    )


def _apt(packages: list[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False, text=True
        )
        if done.returncode != 0 and "install" in command:
            raise CannotRun(f"`{' '.join(command)}` failed:\n{done.stderr.strip()[-2000:]}")


def jars_folder() -> Path:
    """Where the jars of this version are kept (git-ignored)."""
    cache = Path(os.environ.get("STANCEWATCH_CACHE_DIR") or REPOSITORY / ".cache")
    return cache / f"kafka-{kafka_version()}"


def fetch_jars() -> Path:
    """The folder with Kafka's jars, fetched from Maven Central the first time."""
    folder = jars_folder()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(folder.parent / "kafka-jars.lock"):
        if folder.is_dir():
            return folder
        say(f"fetching Apache Kafka {kafka_version()} from Maven Central (about 45 MB, once) ...")
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        command = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies"]
        command += [f"-DoutputDirectory={part}", "-DincludeScope=runtime"]
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                text=True,
                timeout=FETCH_TIMEOUT_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise CannotRun(
                f"Maven took longer than {FETCH_TIMEOUT_SECONDS} s: is Maven Central reachable?"
            ) from None
        if done.returncode != 0 or not any(part.glob("kafka_2.13-*.jar")):
            raise CannotRun(f"Maven could not fetch Kafka:\n{(done.stdout + done.stderr).strip()[-2000:]}")
        part.rename(folder)  # only a whole folder ever has this name
    return folder


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
