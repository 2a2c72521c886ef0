"""STANCEWATCH_TIMELINE_* beside what every service has."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from stancewatch_shared.settings import ServiceSettings


class TimelineSettings(ServiceSettings):
    """How the page is served. Everything has a default that works on one machine."""

    http_port: int = Field(8104, ge=0, le=65535, description="the page, /metrics, /healthz and /readyz")
    timeline_database: Path | None = Field(
        None, description="file of the read model; without one it is rebuilt from the topics at every start"
    )
    timeline_public_url: str = Field(
        "", description="address readers use, for feeds and embeds, e.g. https://stance.example.org"
    )
    timeline_title: str = Field("Stancewatch", min_length=1, max_length=80, description="name on every page")
    timeline_contact: str = Field(
        "", max_length=500, description="how to contest an entry: a mail address, a link, or a sentence"
    )
    timeline_embed: bool = Field(True, description="let other sites show the cards under /embed in a frame")
    timeline_metrics: bool = Field(True, description="answer /metrics on the page's port")

    @field_validator("timeline_public_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.netloc or parts.query):
            raise ValueError("must be an address such as https://stance.example.org")
        return value.rstrip("/")
