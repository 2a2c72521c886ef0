"""What a sources.yaml may say: each source, how often it is asked, and what holds for all."""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from fetcher.identity import BadUrl, absolute_url
from fetcher.schedule import Bounds

SOURCE_ID = r"^[a-z0-9][a-z0-9._-]{0,99}$"
SourceId = Annotated[str, StringConstraints(pattern=SOURCE_ID)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Poll(_Model):
    """How often a source is asked. The fetcher finds its pace between the two."""

    floor_seconds: int = Field(
        300, ge=1, le=604_800, description="Never ask more often than this; 300 is polite for a public feed."
    )
    ceiling_seconds: int = Field(
        14_400, ge=1, le=604_800, description="Ask at least this often, however quiet the source."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.floor_seconds > self.ceiling_seconds:
            raise ValueError(
                f"floor_seconds ({self.floor_seconds}) is above ceiling_seconds ({self.ceiling_seconds}):"
                " swap them or lower the floor"
            )
        return self

    @property
    def bounds(self) -> Bounds:
        """The two as times."""
        return Bounds(timedelta(seconds=self.floor_seconds), timedelta(seconds=self.ceiling_seconds))


class Source(_Model):
    """One place that articles come from."""

    id: SourceId = Field(description="Short name in lower case; used in metrics, logs and state.")
    name: str = Field(
        "", max_length=200, description="Outlet as a reader knows it; default: the feed's title."
    )
    type: Literal["feed", "sitemap", "page", "folder"] = Field(
        "feed",
        description="feed: RSS, Atom, RDF or JSON Feed. sitemap: sitemap or news sitemap, index or gz."
        " page: a web page whose links match link_pattern. folder: JSONL, JSON, HTML or text files.",
    )
    url: str | None = Field(None, description="Address of the feed, sitemap or page (http or https).")
    path: Path | None = Field(None, description="For type folder: the folder, relative to this file.")
    link_pattern: str | None = Field(
        None, description="For type page: regular expression that an article's address matches."
    )
    language: str | None = Field(
        None,
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        description="Language where pages do not say: en, fr",
    )
    full_text: Literal["auto", "feed", "page"] = Field(
        "auto",
        description="auto: read the page where the feed has only a summary. feed: never. page: always.",
    )
    poll: Poll | None = Field(None, description="Overrides defaults.poll.")
    max_entries: int = Field(500, ge=1, le=5000, description="Newest entries taken from one answer.")
    enabled: bool = Field(True, description="false: keep the entry, do not ask.")

    @field_validator("id", mode="before")
    @classmethod
    def _is_short_name(cls, name: object) -> object:
        if isinstance(name, str) and not re.fullmatch(SOURCE_ID, name):
            raise ValueError(
                f"{name[:50]!r} is no id: up to 100 of a-z, 0-9 and ._- , the first a letter or digit"
            )
        return name

    @field_validator("url")
    @classmethod
    def _is_web_address(cls, url: str | None) -> str | None:
        if url is None:
            return None
        try:
            return absolute_url(url, url)
        except BadUrl as error:
            raise ValueError(f"{error}: write the full address, like https://example.org/feed.xml") from None

    @field_validator("link_pattern")
    @classmethod
    def _is_pattern(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"not a regular expression: {error}") from None
        return pattern

    @model_validator(mode="after")
    def _has_what_its_type_needs(self) -> Self:
        if self.type == "folder":
            if self.path is None or self.url is not None:
                raise ValueError("a source of type folder needs path, and no url")
        elif self.url is None or self.path is not None:
            raise ValueError(f"a source of type {self.type} needs url, and no path")
        if (self.type == "page") != (self.link_pattern is not None):
            raise ValueError("link_pattern belongs to sources of type page, and those need it")
        return self


class Defaults(_Model):
    """What holds for every source that does not say otherwise."""

    poll: Poll = Poll()


class SourcesFile(_Model):
    """sources.yaml."""

    contact: str | None = Field(
        None,
        min_length=3,
        max_length=200,
        description="Web address or e-mail that site owners can complain to; sent in the User-Agent.",
    )
    allow_internal: list[str] = Field(
        default_factory=list,
        description="Networks inside your own that may be read, as CIDR: 10.1.2.0/24. All others are refused.",
    )
    defaults: Defaults = Defaults()
    sources: list[Source] = Field(description="The sources.")

    @field_validator("allow_internal")
    @classmethod
    def _are_networks(cls, networks: list[str]) -> list[str]:
        for network in networks:
            try:
                ip_network(network)
            except ValueError as error:
                raise ValueError(f"not a network: {error}; write it as 10.1.2.0/24 or 127.0.0.1/32") from None
        return networks
