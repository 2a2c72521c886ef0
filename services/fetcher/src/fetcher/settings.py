"""Settings of the fetcher, from the environment (prefix STANCEWATCH_)."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_network
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from stancewatch_shared.settings import ServiceSettings

from fetcher.egress import BadProxy, proxy_manager
from fetcher.fetch import HttpFetcher
from fetcher.guard import AddressGuard
from fetcher.parse_process import ParseLimits
from fetcher.request import Limits
from fetcher.turns import HostTurns


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

    fetch_proxy: SecretStr | None = Field(
        None, description="egress proxy: http://[user:password@]proxy.example.org:3128; none by default"
    )

    @field_validator("allow_internal")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for network in networks_in(value):
            ip_network(network)
        return value

    @field_validator("fetch_proxy")
    @classmethod
    def _is_proxy(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            try:
                proxy_manager(value.get_secret_value()).clear()
            except BadProxy as error:
                raise ValueError(str(error)) from None
        return value

    @property
    def limits(self) -> Limits:
        """What one request may cost."""
        return Limits(body_bytes=self.fetch_body_bytes, total_seconds=self.fetch_seconds)

    @property
    def parse_limits(self) -> ParseLimits:
        """What parsing one document may cost."""
        return ParseLimits(seconds=self.parse_seconds, memory_bytes=self.parse_memory_bytes)

    def make_fetch(self, contact: str | None, allow_internal: Iterable[str], turns: HostTurns) -> HttpFetcher:
        """The HTTP client, with these internal networks open besides those of the environment."""
        proxy = proxy_manager(self.fetch_proxy.get_secret_value()) if self.fetch_proxy else None
        guard = AddressGuard(self.allowed_networks(allow_internal))
        return HttpFetcher(guard, contact, self.limits, proxy, turns)

    def allowed_networks(self, allow_internal: Iterable[str]) -> list[str]:
        """Internal networks that `allow_internal` (of sources.yaml, or the command line) or the environment open."""
        return [*allow_internal, *networks_in(self.allow_internal)]


def networks_in(value: str) -> list[str]:
    """Comma-separated networks, one by one."""
    return [part.strip() for part in value.split(",") if part.strip()]
