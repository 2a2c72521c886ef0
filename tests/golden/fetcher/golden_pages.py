"""Dated pages of our own writing, each beside what an editor would keep of it.

`<outlet>_<year>_<month>_<day>.html` is the page as a server would send it, in its own encoding; the `.json` of the same
name is the gold. No outlet, person or place in them is real.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
NAME = re.compile(r"^(?P<outlet>[a-z_]+)_(?P<year>\d{4})_(?P<month>\d\d)_(?P<day>\d\d)$")


@dataclass(frozen=True)
class GoldenPage:
    """`gold` has url, content_type, the facts, text, and least_f1 where a page is known not to come out exactly."""

    outlet: str
    day: date
    body: bytes
    gold: dict[str, Any]

    @property
    def least_f1(self) -> float:
        """How much of the text must come out, as F1 over words; 1 means letter by letter."""
        return float(self.gold.get("least_f1", 1.0))


def golden_pages() -> list[GoldenPage]:
    """All of them, by name. ValueError for a file whose name has no date, or that stands alone."""
    found = []
    for path in sorted(FOLDER.glob("*.html")):
        match = NAME.match(path.stem)
        if match is None:
            raise ValueError(
                f"{path.name}: name it outlet_2026_11_25.html, after the day on which it was made"
            )
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        gold = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        found.append(GoldenPage(match["outlet"], day, path.read_bytes(), gold))
    return found
