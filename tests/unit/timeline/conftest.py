"""A read model in a file of its own, and the site on it."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import BaseModel
from timeline.progress import Progress
from timeline.read_model.database import Readers, open_writer
from timeline.read_model.writer import Writer
from timeline.settings import TimelineSettings
from timeline.web import make_app

from tests.unit.timeline.messages import records

Get = Callable[..., httpx.Response]
Feed = Callable[..., int]


def words(response: httpx.Response) -> str:
    """The page's text, as one line."""
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]*>", "", response.text))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "model.sqlite"


@pytest.fixture
def connection(database: Path) -> Iterator[sqlite3.Connection]:
    connection = open_writer(database)
    yield connection
    connection.close()


@pytest.fixture
def feed(connection: sqlite3.Connection) -> Feed:
    """Takes messages in as the topics would bring them; offsets go on from call to call."""
    writer = Writer(connection)
    fed = 0

    def take(*messages: BaseModel) -> int:
        nonlocal fed
        taken = writer.take(records(*messages, start=fed))
        fed += len(messages)
        return taken

    return take


@pytest.fixture
def settings() -> TimelineSettings:
    return TimelineSettings(timeline_contact="desk@news.example")


@pytest.fixture
def progress() -> Progress:
    return Progress(caught_up=True)


@pytest.fixture
def get(
    database: Path, connection: sqlite3.Connection, settings: TimelineSettings, progress: Progress
) -> Get:
    """Asks the site for a page."""
    readers = Readers(database)
    app = make_app(settings, readers, progress)

    def ask(path: str, **headers: str) -> httpx.Response:
        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://stance.example") as client:
                return await client.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})

        return asyncio.run(go())

    return ask
