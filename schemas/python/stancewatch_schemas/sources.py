"""Where the contract's source files are: beside this package in a checkout, inside it in a wheel."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parent
_FILE_NAME = re.compile(r"^(?P<message>[a-z][a-z-]*)\.v(?P<version>[1-9][0-9]*)\.schema\.json$")


def contract_folder() -> Path:
    """The folder that holds `messages/`, `topics/` and `examples/`."""
    packed = _PACKAGE / "data"
    return packed if packed.is_dir() else _PACKAGE.parents[1]


def message_versions(folder: Path | None = None) -> list[tuple[str, int]]:
    """Every message and version that has a schema, sorted."""
    names = (path.name for path in ((folder or contract_folder()) / "messages").iterdir())
    found = (_FILE_NAME.match(name) for name in names)
    return sorted((match["message"], int(match["version"])) for match in found if match)


def schema_path(message: str, version: int) -> Path:
    """The schema's file, whether or not it is there."""
    return contract_folder() / "messages" / f"{message}.v{version}.schema.json"


@cache
def load_schema(message: str, version: int) -> dict[str, Any]:
    """A message's JSON Schema. Raises FileNotFoundError where the contract has none."""
    schema: dict[str, Any] = json.loads(schema_path(message, version).read_text(encoding="utf-8"))
    return schema
