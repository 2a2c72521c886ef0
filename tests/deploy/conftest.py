"""Rendered charts. Helm is built once into .cache/bin (deploy/helm/install_helm.sh)."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
CHART = REPOSITORY / "deploy" / "helm" / "stancewatch"
NEWEST_KUBERNETES = "1.37.0"
MATRIX = sorted(path.name.removesuffix("-values.yaml") for path in CHART.glob("ci/*-values.yaml"))

Manifest = dict[str, Any]
Render = Callable[..., list[Manifest]]


@cache
def helm_binary(major: int) -> Path:
    """The helm of that major version."""
    binary = REPOSITORY / ".cache" / "bin" / f"helm{major}"
    if not binary.exists():
        subprocess.run(
            ["bash", str(REPOSITORY / "deploy/helm/install_helm.sh"), str(major)], check=True, timeout=1700
        )
    return binary


def helm(major: int, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run helm; the caller judges the outcome."""
    return subprocess.run(
        [str(helm_binary(major)), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


@cache
def rendered_text(case: str, *settings: str, major: int = 3) -> str:
    """What `helm template` makes of a file of the matrix (and `--set-json` settings)."""
    arguments: list[str | Path] = ["template", "rel", CHART, "--namespace", "news"]
    arguments += ["--kube-version", NEWEST_KUBERNETES, "--values", CHART / "ci" / f"{case}-values.yaml"]
    for setting in settings:
        arguments += ["--set-json", setting]
    done = helm(major, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def refused(case: str, *settings: str) -> str:
    """helm's message about values that must not render."""
    arguments: list[str | Path] = ["template", "rel", CHART, "--kube-version", NEWEST_KUBERNETES]
    arguments += ["--values", CHART / "ci" / f"{case}-values.yaml"]
    for setting in settings:
        arguments += ["--set-json", setting]
    done = helm(3, *arguments)
    assert done.returncode != 0, f"{settings} should be refused"
    return done.stderr


def manifests(case: str, *settings: str, major: int = 3) -> list[Manifest]:
    """The rendered objects."""
    return [each for each in yaml.safe_load_all(rendered_text(case, *settings, major=major)) if each]


def one(objects: list[Manifest], kind: str, name_ends: str = "") -> Manifest:
    """The only object of a kind whose name ends so."""
    found = [o for o in objects if o["kind"] == kind and o["metadata"]["name"].endswith(name_ends)]
    assert len(found) == 1, [o["metadata"]["name"] for o in found]
    return found[0]


def pod_specs(objects: list[Manifest]) -> list[tuple[str, dict[str, Any]]]:
    """(name, pod spec) of everything that runs."""
    specs = []
    for each in objects:
        name = f"{each['kind']}/{each['metadata']['name']}"
        if each["kind"] == "Pod":
            specs.append((name, each["spec"]))
        elif each["kind"] in ("Deployment", "Job"):
            specs.append((name, each["spec"]["template"]["spec"]))
    return specs


def environment(deployment: Manifest) -> dict[str, Any]:
    """Name -> entry of a Deployment's first container's environment."""
    return {each["name"]: each for each in deployment["spec"]["template"]["spec"]["containers"][0]["env"]}


def need(command: str, package: str) -> str:
    """The path of a command, or a skip that names the package."""
    found = shutil.which(command)
    if found is None:
        pytest.skip(f"{command} is not installed (Debian: apt-get install {package})")
    return found


# One running stack for every module that asks for `live`. Last: it needs what stands above.
from tests.deploy.live_stack import live  # noqa: E402, F401 - a fixture
