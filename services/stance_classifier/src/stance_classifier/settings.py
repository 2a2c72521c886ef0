"""The classifier's settings: STANCEWATCH_WATCHLIST, STANCEWATCH_MODEL and so on (see README.md)."""

from __future__ import annotations

import tempfile
from pathlib import Path

from pydantic import Field
from stancewatch_shared.settings import ServiceSettings


class ClassifierSettings(ServiceSettings):
    """Checked once at start."""

    watchlist: Path = Field(description="the watchlist file (YAML or JSON)")
    model: str = Field("bundled", min_length=1, description="bundled, hub:<id or folder>, judge:<url>")
    batch_articles: int = Field(16, ge=1, le=32, description="most articles in one call of the model")
    batch_statements: int = Field(100, ge=1, le=1000, description="most statements in one write of positions")
    data_dir: Path = Field(
        default_factory=lambda: Path(tempfile.gettempdir()) / "stancewatch-classifier",
        description="an empty folder for faust; nothing in it needs to survive",
    )
