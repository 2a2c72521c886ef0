"""What is generated is current: chart files, README, dashboards."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.deploy.conftest import REPOSITORY


@pytest.mark.parametrize(
    "script", ["deploy/grafana/generate.py", "deploy/helm/generate.py", "deploy/images/generate.py"]
)
def test_generated_files_are_current(script: str) -> None:
    done = subprocess.run(
        [sys.executable, str(REPOSITORY / script), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
