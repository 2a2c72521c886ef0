"""The classifier's settings: STANCEWATCH_WATCHLIST, STANCEWATCH_MODEL and so on (see README.md)."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from stancewatch_shared.settings import ServiceSettings


class ClassifierSettings(ServiceSettings):
    """Checked once at start."""

    watchlist: Path = Field(description="the watchlist file (YAML or JSON)")
    model: str = Field(
        "bundled", min_length=1, description="bundled, hub:<id or folder>, judge:<model>@<url>"
    )
    model_fallback: Literal["none", "bundled"] = Field(
        "none", description="what reads when a hub model can't be loaded: none (the service ends) or bundled"
    )
    judge: str = Field("", description="a second reader of changes, e.g. judge:<model>@<url>; empty: none")
    judge_api_key: SecretStr | None = Field(None, description="the key of a judge's API")
    judge_timeout_s: float = Field(20.0, gt=0, description="seconds to wait for a judge's answer")
    judge_max_requests: int = Field(
        200, ge=1, description="most requests to a judge in the life of the process"
    )
    judge_cache: Path | None = Field(None, description="a file that keeps a judge's answers")
    batch_articles: int = Field(16, ge=1, le=32, description="most articles in one call of the model")
    batch_statements: int = Field(100, ge=1, le=1000, description="most statements in one write of positions")
    standstill_seconds: float = Field(
        900.0,
        ge=1,
        description="the process ends (70) when a partition with waiting records has not moved for so long",
    )
    data_dir: Path = Field(
        default_factory=lambda: Path(tempfile.gettempdir()) / "stancewatch-classifier",
        description="an empty folder for faust; nothing in it needs to survive",
    )

    def model_variables(self, environment: Mapping[str, str]) -> dict[str, str]:
        """The environment as `load_model` reads it, with what came from files and defaults put in."""
        given = {
            "STANCEWATCH_JUDGE_API_KEY": self.judge_api_key and self.judge_api_key.get_secret_value(),
            "STANCEWATCH_JUDGE_TIMEOUT_S": self.judge_timeout_s,
            "STANCEWATCH_JUDGE_MAX_REQUESTS": self.judge_max_requests,
            "STANCEWATCH_JUDGE_CACHE": self.judge_cache,
        }
        return {**environment, **{name: str(value) for name, value in given.items() if value is not None}}
