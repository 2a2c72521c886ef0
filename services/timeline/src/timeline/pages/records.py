"""Rows as records for machines: which columns, in which order, with which types."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

STATEMENT_COLUMNS = [
    "id",
    "kind",
    "actor_id",
    "actor_name",
    "issue_id",
    "issue_name",
    "proposition",
    "stance",
    "conditional",
    "condition",
    "quote",
    "context",
    "voice",
    "speaker",
    "reported_by",
    "said_at",
    "said_precision",
    "source",
    "url",
    "title",
    "published_at",
    "first_seen_at",
    "recap",
    "counts",
    "reason",
    "fate",
    "copy_of",
    "struck_by",
    "p_support",
    "p_oppose",
    "p_neutral",
    "p_none",
    "attribution_confidence",
    "model",
]
CHANGE_COLUMNS = [
    "id",
    "actor_id",
    "actor_name",
    "issue_id",
    "issue_name",
    "proposition",
    "kind",
    "status",
    "from_stance",
    "from_conditional",
    "to_stance",
    "to_conditional",
    "quote",
    "source",
    "url",
    "said_at",
    "published_at",
    "confidence",
    "witnesses",
    "backfill",
]
POSITION_COLUMNS = [
    "actor_id",
    "actor_name",
    "issue_id",
    "issue_name",
    "proposition",
    "stance",
    "conditional",
    "since",
    "basis",
    "quote",
    "source",
    "url",
    "statements",
]
_TRUTHS = {"conditional", "recap", "counts", "backfill", "from_conditional", "to_conditional"}


def record(row: sqlite3.Row, columns: Sequence[str]) -> dict[str, Any]:
    """These columns of a row: truth values as such, lists as lists."""
    found = {}
    for name in columns:
        value = row[name]
        if name in _TRUTHS:
            value = bool(value)
        elif name == "reported_by":
            value = json.loads(value)
        found[name] = value
    return found
