"""What we send is what a real Alertmanager takes, shows and resolves."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from alerting.channels.alertmanager import AlertmanagerChannel
from alerting.compose import Links, entry_of
from alerting.letter import Letter
from stancewatch_schemas.models import StanceChange

from tests.integration.alerting.service import free_port, wait_for
from tests.unit.alerting.builders import amendment, change, position, routes, view

PROGRAM = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(PROGRAM is None, reason="needs Alertmanager (apt install prometheus-alertmanager)"),
]


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "config.yml").write_text("route: {receiver: none}\nreceivers: [{name: none}]\n")
    address = f"127.0.0.1:{free_port()}"
    command = [
        str(PROGRAM), f"--config.file={tmp_path / 'config.yml'}", f"--storage.path={tmp_path}",
        f"--web.listen-address={address}", "--cluster.listen-address=",
    ]  # fmt: skip
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_for(lambda: _is_ready(f"http://{address}"))
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(10)


def _is_ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/-/ready", timeout=2).ok
    except requests.exceptions.ConnectionError:
        return False


def letter(*changes: StanceChange) -> Letter:
    entry = entry_of(view(*changes), "desk", routes(), Links("https://timeline.example"))
    return Letter(id="c1/head/desk", role="head", entries=(entry,))


def alerts(url: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = requests.get(f"{url}/api/v2/alerts", timeout=5).json()
    return found


def test_an_alert_stands_once_until_it_is_withdrawn(url: str) -> None:
    channel = AlertmanagerChannel(url, timedelta(hours=1))
    opened = change(to=position("support", "<b>yes</b>", published_at="2025-01-01T00:00:00Z"))
    channel.send(letter(opened), None)
    channel.send(letter(opened), None)
    wait_for(lambda: len(alerts(url)) == 1)
    assert "<b>yes</b>" in str(alerts(url)[0]["annotations"])
    channel.send(letter(opened, amendment("withdrawn")), None)
    wait_for(lambda: alerts(url) == [])
