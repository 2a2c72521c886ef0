"""The compose project as `docker compose` resolves it, without Docker: by compose-go, the library it is made of."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
COMPOSE = REPOSITORY / "deploy" / "compose"
SOURCE = Path(__file__).resolve().parent / "compose_config"
OURS = ("fetcher", "classifier", "alerting", "timeline")


def resolve(*names: str, **variables: str) -> dict[str, Any]:
    """What the files of deploy/compose say together, with .env and these variables."""
    done = subprocess.run(
        [str(_binary()), *names],
        cwd=COMPOSE,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    project: dict[str, Any] = json.loads(done.stdout)
    return project


@cache
def _binary() -> Path:
    binary = REPOSITORY / ".cache" / "bin" / "compose_config"
    newest = max(each.stat().st_mtime for each in SOURCE.iterdir())
    if binary.exists() and binary.stat().st_mtime >= newest:
        return binary
    binary.parent.mkdir(parents=True, exist_ok=True)
    said = []
    for go in _go_commands():
        done = subprocess.run(
            [go, "build", "-o", str(binary), "."], cwd=SOURCE, capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            return binary
        said.append(done.stderr)
    pytest.skip(
        "no Go that can build compose-go (Debian: apt-get install golang-go): " + " ".join(said)[-500:]
    )


def _go_commands() -> Iterator[str]:
    """The installed Go, then one that it has fetched (deploy/helm/install_helm.sh does so where it is old)."""
    go = shutil.which("go")
    if go is None:
        return
    yield go
    folder = subprocess.run(
        [go, "env", "GOMODCACHE"], capture_output=True, text=True, check=False
    ).stdout.strip()
    yield from map(
        str, sorted(Path(folder or "/nowhere").glob("golang.org/toolchain@*/bin/go"), reverse=True)
    )
