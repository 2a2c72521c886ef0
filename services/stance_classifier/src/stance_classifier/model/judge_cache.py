"""Answers of the LLM judge on disk, so that nothing is asked (and paid for) twice."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path

from stance_classifier.model.base import StanceQuestion
from stance_classifier.model.judge_prompt import PROMPT_VERSION


def cache_key(question: StanceQuestion, model: str) -> str:
    """SHA-256 over everything that the answer depends on."""
    parts = [PROMPT_VERSION, model, question.actor, question.proposition, question.passage, question.span]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


class JudgeCache:
    """A small SQLite table from question to the JSON answered; in memory where no path is given."""

    def __init__(self, path: Path | None = None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path or ":memory:", check_same_thread=False)
        self._db.execute("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, content TEXT NOT NULL)")

    def get(self, key: str) -> str | None:
        """The JSON answered before."""
        row = self._db.execute("SELECT content FROM answers WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def put(self, key: str, content: str) -> None:
        """Keeps an answer that could be read."""
        with self._db:
            self._db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?)", (key, content))

    def close(self) -> None:
        """Closes the file."""
        self._db.close()
