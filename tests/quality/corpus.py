"""The corpus as the quality gate reads it: passages and stories of one split, and a fingerprint of all of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parents[2] / "services" / "stance_classifier" / "corpus"


def _rows(folder: str) -> Iterator[dict[str, Any]]:
    for path in sorted((CORPUS / folder).glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)


def passages(split: str) -> list[dict[str, Any]]:
    """Labelled passages whose issue belongs to the split (train, dev, test)."""
    return [row for row in _rows("passages") if row["split"] == split]


def stories(split: str) -> list[dict[str, Any]]:
    """Multi-article stories of the split."""
    return [row for row in _rows("stories") if row["split"] == split]


def fingerprint() -> str:
    """SHA-256 over passages and stories: floors hold for this very corpus."""
    digest = hashlib.sha256()
    for folder in ("passages", "stories"):
        for path in sorted((CORPUS / folder).glob("*.jsonl")):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
