"""Settings of the fetcher, from the environment (prefix STANCEWATCH_)."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

from pydantic import Field, field_validator
from stancewatch_shared.settings import ServiceSettings

from fetcher.fetch import Limits
from fetcher.parse_pool import ParseLimits


class FetcherSettings(ServiceSettings):
    """Everything but the sources themselves, which stand in sources.yaml."""

    sources: Path = Field(Path("sources.yaml"), description="sources.yaml, or a folder of sources*.yaml")
    allow_internal: str = Field(
        "", description="networks inside your own that may be read, comma separated: 10.1.2.0/24,127.0.0.1/32"
    )
    fetch_concurrency: int = Field(16, ge=1, le=256, description="requests under way at once, over all hosts")
    host_gap_seconds: float = Field(1.0, ge=0, le=3600, description="pause between two requests to one host")
    parse_workers: int = Field(1, ge=1, le=64, description="parser processes")
    parse_seconds: float = Field(4.0, gt=0, le=60, description="processor time for parsing one document")
    parse_memory_bytes: int = Field(
        1_500_000_000, ge=200_000_000, description="memory cap of a parser process"
    )
    fetch_body_bytes: int = Field(5_000_000, ge=10_000, le=100_000_000, description="largest body, unpacked")
    fetch_seconds: float = Field(
        30.0, gt=0, le=300, description="deadline for one request with its redirects"
    )

    @field_validator("allow_internal")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for network in networks_in(value):
            ip_network(network)
        return value

    @property
    def limits(self) -> Limits:
        """What one request may cost."""
        return Limits(body_bytes=self.fetch_body_bytes, total_seconds=self.fetch_seconds)

    @property
    def parse_limits(self) -> ParseLimits:
        """What parsing one document may cost."""
        return ParseLimits(seconds=self.parse_seconds, memory_bytes=self.parse_memory_bytes)


def networks_in(value: str) -> list[str]:
    """Comma-separated networks, one by one."""
    return [part.strip() for part in value.split(",") if part.strip()]
