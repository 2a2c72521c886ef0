"""The tagger's folder: `model.onnx`, `tokenizer.json`, `model.json` (how it was made) and `SHA256SUMS` over the three."""

from __future__ import annotations

import hashlib
from pathlib import Path

from stancewatch_shared.errors import UserError

FILES = ("model.onnx", "tokenizer.json", "model.json")


def check_folder(directory: Path) -> None:
    """Whether all files are there and as they were summed.

    Raises:
        UserError: names the file that is missing or another one.
    """
    try:
        lines = (directory / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
        expected = {name: digest for digest, name in (line.split() for line in lines if line.strip())}
        actual = {name: hashlib.sha256((directory / name).read_bytes()).hexdigest() for name in FILES}
    except (OSError, ValueError) as error:
        raise UserError(f"the attribution tagger in {directory} is incomplete: {error}") from error
    for name in FILES:
        if expected.get(name) != actual[name]:
            raise UserError(f"{directory / name} does not match its line in SHA256SUMS: fetch it again")
