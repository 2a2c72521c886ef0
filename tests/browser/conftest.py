"""The real page in the real Chromium. Needs Debian's chromium: apt-get install chromium fonts-dejavu."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright
from timeline.progress import Progress
from timeline.read_model.database import Readers, open_writer
from timeline.read_model.writer import Writer
from timeline.settings import TimelineSettings
from timeline.web import make_app

from tests.browser.stories import world
from tests.unit.timeline.messages import records

FLAGS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site that shows the stories."""
    path = tmp_path_factory.mktemp("timeline") / "model.sqlite"
    connection = open_writer(path)
    Writer(connection).take(records(*world()))
    app = make_app(
        TimelineSettings(timeline_contact="desk@news.example"), Readers(path), Progress(caught_up=True)
    )
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the site did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)
    connection.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        pytest.skip("no chromium: apt-get install chromium fonts-dejavu")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A desktop page without JavaScript: the way the site must work."""
    context = browser.new_context(viewport=DESKTOP, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def scripted(browser: Browser) -> Iterator[Page]:
    """A desktop page with JavaScript, for tests that have to look inside."""
    context = browser.new_context(viewport=DESKTOP)
    yield context.new_page()
    context.close()


@pytest.fixture
def browser_page_with_axe(browser: Browser) -> Iterator[Page]:
    """As scripted; axe is put into the page past its policy."""
    context = browser.new_context(viewport=DESKTOP, bypass_csp=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone's page."""
    context = browser.new_context(viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """Where to leave screenshots to look at (STANCEWATCH_SCREENSHOTS), or None."""
    folder = os.environ.get("STANCEWATCH_SCREENSHOTS")
    return Path(folder) if folder else None
