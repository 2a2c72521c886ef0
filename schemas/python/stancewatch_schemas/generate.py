"""`python -m stancewatch_schemas.generate`: writes everything that is derived from the contract's sources.

With `--check` nothing is written: it names each file that would change and exits 1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from stancewatch_schemas.generate_asyncapi import generate_asyncapi
from stancewatch_schemas.generate_models import generate_models
from stancewatch_schemas.sources import contract_folder

OUTPUTS: dict[str, Callable[[], str]] = {
    "python/stancewatch_schemas/models.py": generate_models,
    "asyncapi.yaml": generate_asyncapi,
}


def stale_outputs(folder: Path) -> dict[Path, str]:
    """The files under `folder` that differ from what the sources say, with their right content."""
    right = {folder / name: generate() for name, generate in OUTPUTS.items()}
    return {
        path: text
        for path, text in right.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    }


def main(arguments: list[str] | None = None) -> int:
    """Writes (or with --check only names) what is stale; returns the exit code."""
    parser = argparse.ArgumentParser(prog="stancewatch_schemas.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when something is stale")
    check = parser.parse_args(arguments).check
    folder = contract_folder()
    stale = stale_outputs(folder)
    for path, text in stale.items():
        verb = "is stale: run `make schemas`" if check else "written"
        sys.stderr.write(f"{path.relative_to(folder)} {verb}\n")
        if not check:
            path.write_text(text, encoding="utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
