"""The topics: who writes and reads each, its key, message, partitions, retention (schemas/topics)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from stancewatch_schemas.sources import contract_folder


class Topic(BaseModel):
    """One topic's declaration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    description: str = Field(min_length=1)
    writers: tuple[str, ...] = Field(min_length=1)
    readers: tuple[str, ...] = ()
    key: str = Field(
        min_length=1, description="Template over the message's fields, e.g. {actor.id}|{issue.id}."
    )
    message: str | None = Field(
        default=None, description="Null for a changelog, whose format is faust's own."
    )
    version: int | None = Field(default=None, ge=1)
    partitions: int = Field(ge=1, le=1000)
    cleanup: Literal["delete", "compact"] = "delete"
    retention_days: int | None = Field(default=None, ge=1, description="Null: kept for ever.")
    largest_message_bytes: int = Field(default=1_048_576, ge=1024)
    dead_letter_topic: str | None = None

    @property
    def config(self) -> dict[str, str]:
        """Kafka's topic settings."""
        settings = {"cleanup.policy": self.cleanup, "max.message.bytes": str(self.largest_message_bytes)}
        if self.cleanup == "delete":
            days = self.retention_days
            settings["retention.ms"] = "-1" if days is None else str(days * 86_400_000)
        return settings

    def key_of(self, message: BaseModel) -> bytes:
        """The record key of a message."""
        fields = {name: getattr(message, name) for name in type(message).model_fields}
        return self.key.format_map(fields).encode()


class _Topics(Mapping[str, Topic]):
    """Reads the declarations on first use."""

    @staticmethod
    @cache
    def _all() -> dict[str, Topic]:
        folder = contract_folder() / "topics"
        found = (
            Topic.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
            for path in sorted(folder.glob("*.yaml"))
        )
        return {topic.name: topic for topic in found}

    def __getitem__(self, name: str) -> Topic:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


TOPICS: Mapping[str, Topic] = _Topics()
