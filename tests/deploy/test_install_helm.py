"""Helm on a machine that has none: linked, built, or said what is missing. The commands it calls are stand-ins here;
the real thing is what every other test of the chart runs on."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.conftest import REPOSITORY

TOOLS = (
    "bash",
    "dirname",
    "mkdir",
    "mktemp",
    "rmdir",
    "rm",
    "mv",
    "ln",
    "grep",
    "sed",
    "cut",
    "chmod",
    "nice",
    "cat",
)
# Says its version, "downloads" a toolchain that is a link to the newer stand-in, and "installs" helm.
GO = """#!/usr/bin/env bash
echo "$0 $*" >>"$CALLS"
case "$1 ${2:-}" in
  "env GOVERSION") echo @VERSION@ ;;
  "env GOOS") echo linux ;;
  "env GOARCH") echo amd64 ;;
  "env GOMODCACHE") echo "$MODULES" ;;
  "mod download") mkdir -p "$MODULES/$3/bin" && cat "$NEWER" >"$MODULES/$3/bin/go" ;;
  install*) cat "$HELM" >"$GOBIN/helm" && chmod +x "$GOBIN/helm" ;;
esac
"""
HELM = "#!/usr/bin/env bash\necho v3.99.0\n"


class Machine:
    """A copy of the script, and a PATH with nothing but what is put there."""

    def __init__(self, folder: Path) -> None:
        self.repository, self.commands = folder / "repository", folder / "commands"
        self.calls = folder / "calls"
        self.commands.mkdir()
        script = self.repository / "deploy/helm/install_helm.sh"
        script.parent.mkdir(parents=True)
        shutil.copy(REPOSITORY / "deploy/helm/install_helm.sh", script)
        for tool in TOOLS:
            (self.commands / tool).symlink_to(str(shutil.which(tool)))
        self.newer, self.helm = folder / "newer", folder / "helm"
        self.newer.write_text(GO.replace("@VERSION@", "go1.26.8"), encoding="utf-8")
        self.helm.write_text(HELM, encoding="utf-8")
        self.environment = {
            "PATH": str(self.commands),
            "HOME": str(folder),
            "CALLS": str(self.calls),
            "MODULES": str(folder / "modules"),
            "NEWER": str(self.newer),
            "HELM": str(self.helm),
            "TMPDIR": str(folder),
        }

    def has(self, command: str, text: str) -> None:
        (self.commands / command).write_text(text, encoding="utf-8")
        (self.commands / command).chmod(0o755)

    def install(self, major: str) -> subprocess.CompletedProcess[str]:
        script = str(self.repository / "deploy/helm/install_helm.sh")
        return subprocess.run(
            ["bash", script, major], env=self.environment, capture_output=True, text=True, check=False
        )

    def installed(self, major: str) -> Path:
        return self.repository / ".cache/bin" / f"helm{major}"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_without_helm_and_go_it_says_what_to_install(machine: Machine) -> None:
    done = machine.install("3")
    assert done.returncode == 2
    assert "apt-get install golang-go" in done.stderr


def test_a_helm_that_is_there_is_taken(machine: Machine) -> None:
    machine.has("helm", HELM)
    assert machine.install("3").returncode == 0
    assert machine.installed("3").resolve() == machine.commands / "helm"


def test_a_helm_of_another_version_is_not(machine: Machine) -> None:
    machine.has("helm", HELM)
    assert machine.install("4").returncode == 2


def test_a_go_that_is_new_enough_builds_it(machine: Machine) -> None:
    machine.has("go", GO.replace("@VERSION@", "go1.27.1"))
    done = machine.install("4")
    assert done.returncode == 0, done.stderr
    calls = machine.calls.read_text(encoding="utf-8")
    assert "install helm.sh/helm/v4/cmd/helm@v4." in calls
    assert "golang.org/toolchain" not in calls
    assert os.access(machine.installed("4"), os.X_OK)


def test_debians_old_go_fetches_the_one_that_builds_it(machine: Machine) -> None:
    machine.has("go", GO.replace("@VERSION@", "go1.19.8"))
    done = machine.install("3")
    assert done.returncode == 0, done.stderr
    calls = machine.calls.read_text(encoding="utf-8").splitlines()
    assert any("mod download golang.org/toolchain@v0.0.1-go1.26.8.linux-amd64" in each for each in calls)
    builder = next(each for each in calls if " install " in each)
    assert builder.startswith(machine.environment["MODULES"]), "the fetched one builds"
