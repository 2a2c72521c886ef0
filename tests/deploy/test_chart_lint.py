"""Helm itself has nothing to say about the chart."""

from __future__ import annotations

import os

import pytest

from tests.deploy.conftest import CHART, MATRIX, REPOSITORY, helm, manifests

# Building helm 4 as well takes minutes: locally only when it is there, in CI always.
MAJORS = [3, 4] if os.environ.get("CI") or (REPOSITORY / ".cache/bin/helm4").exists() else [3]
pytestmark = pytest.mark.timeout(1800)


@pytest.mark.parametrize("major", MAJORS)
@pytest.mark.parametrize("case", MATRIX)
def test_lint_finds_nothing(case: str, major: int) -> None:
    values = CHART / "ci" / f"{case}-values.yaml"
    done = helm(major, "lint", "--strict", CHART, "--values", values, "--kube-version", "1.37.0")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[WARNING]" not in done.stdout
    assert "[ERROR]" not in done.stdout


@pytest.mark.skipif(4 not in MAJORS, reason="helm 4 is built in CI only (deploy/helm/install_helm.sh 4)")
@pytest.mark.parametrize("case", MATRIX)
def test_helm_3_and_4_render_the_same(case: str) -> None:
    assert manifests(case, major=3) == manifests(case, major=4)
