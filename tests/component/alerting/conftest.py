"""The public pages on a real port."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alerting.web import Secrets, build_web
from alerting.web_server import WebServer

from tests.component.alerting.pages_backend import LINK, SIGNING, Backend


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def url(backend: Backend) -> Iterator[str]:
    server = WebServer(build_web(backend, Secrets(SIGNING, LINK)), "127.0.0.1", 0)
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()
