"""The demo's own stories: outlets, articles in waves, and what is watched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml

FOLDER = Path(__file__).resolve().parent / "stories"


@dataclass(frozen=True)
class Outlet:
    """``format`` is rss, atom, json, or summary (an RSS feed whose articles stand on pages)."""

    id: str
    name: str
    format: str


@dataclass(frozen=True)
class Story:
    """One article. Waves are released one after the other."""

    id: str
    wave: int
    outlet: Outlet
    published_at: datetime
    title: str
    paragraphs: tuple[str, ...]
    is_wire_copy: bool


def load_stories(folder: Path = FOLDER) -> list[Story]:
    """All articles, in the order of their release."""
    outlets = {entry["id"]: Outlet(**entry) for entry in _read(folder / "outlets.yaml")["outlets"]}
    return [
        Story(
            id=entry["id"],
            wave=entry["wave"],
            outlet=outlets[entry["outlet"]],
            published_at=datetime.fromisoformat(entry["published_at"]),
            title=entry["title"],
            paragraphs=tuple(" ".join(part.split()) for part in entry["text"].split("\n\n")),
            is_wire_copy=entry.get("wire_copy", False),
        )
        for entry in _read(folder / "articles.yaml")["articles"]
    ]


def _read(path: Path) -> dict[str, list[dict]]:  # type: ignore[type-arg]
    content: dict[str, list[dict]] = yaml.safe_load(path.read_text(encoding="utf-8"))  # type: ignore[type-arg]
    return content
