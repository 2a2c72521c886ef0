"""`python -m stancewatch_schemas.release`: these versions are out, and may only change compatibly.

Copies each message schema to `schemas/released/`, which the compatibility check compares with. Run it when a
version of Stancewatch is published; it refuses to cover up a break.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from stancewatch_schemas.compatibility import breaking_changes
from stancewatch_schemas.sources import contract_folder


def broken_promises(folder: Path) -> list[str]:
    """What in `messages/` breaks with its copy in `released/` (a released schema that is gone included)."""
    found = []
    for released in sorted((folder / "released").glob("*.schema.json")):
        current = folder / "messages" / released.name
        if not current.is_file():
            found.append(f"{released.name}: released, but its schema is gone")
            continue
        changes = breaking_changes(_read(released), _read(current))
        found += [f"{released.name}: {change}" for change in changes]
    return found


def release(folder: Path) -> list[str]:
    """Copies the schemas; returns what forbids it (then nothing is copied)."""
    broken = broken_promises(folder)
    if not broken:
        (folder / "released").mkdir(exist_ok=True)
        for schema in sorted((folder / "messages").glob("*.schema.json")):
            shutil.copyfile(schema, folder / "released" / schema.name)
    return broken


def main() -> int:
    """Exit code 0, or 1 with what breaks on stderr."""
    argparse.ArgumentParser(prog="python -m stancewatch_schemas.release", description=__doc__).parse_args()
    broken = release(contract_folder())
    for line in broken:
        sys.stderr.write(f"{line}: make it a new version\n")
    return 1 if broken else 0


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


if __name__ == "__main__":
    sys.exit(main())
