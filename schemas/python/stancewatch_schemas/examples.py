"""The published examples of each message: `examples/<message>/v<version>/{valid,invalid,newer}/<name>.json`.

An invalid example's file name is the reason why it is invalid. A `newer` one has fields of a later writer:
writers of today can't write it, readers must take it and ignore what they don't know.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from stancewatch_schemas.sources import contract_folder

Kind = Literal["valid", "invalid", "newer"]


@dataclass(frozen=True)
class Example:
    """One example; `name` is its file's stem, `value` the bytes as they would travel."""

    message: str
    version: int
    kind: Kind
    name: str
    path: Path

    @property
    def value(self) -> bytes:
        return self.path.read_bytes()

    def __str__(self) -> str:
        return f"{self.message}.v{self.version}/{self.kind}/{self.name}"


def examples_folder(message: str, version: int, kind: Kind) -> Path:
    """Where the examples of one kind lie."""
    return contract_folder() / "examples" / message / f"v{version}" / kind


def iter_examples(message: str, version: int = 1, kind: Kind = "valid") -> Iterator[Example]:
    """The examples of one message, version and kind, sorted by name."""
    for path in sorted(examples_folder(message, version, kind).glob("*.json")):
        yield Example(message, version, kind, path.stem, path)
