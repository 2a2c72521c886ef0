"""Foreign text as plain text: nothing in it may steer the page, the reading direction or a spreadsheet."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

# C0/C1 controls (tab and newline stay), bidi embeddings, overrides and isolates, marks, and the invisible
# "tag" characters. U+200D stays: scripts and emoji need it to join.
_STEERING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]|[\ud800-\udfff\ufffe\uffff]"
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def plain(text: str) -> str:
    """``text`` without control, bidi and invisible tag characters."""
    return _STEERING.sub("", text)


@lru_cache(maxsize=4096)
def web_link(url: str) -> str | None:
    """``url`` if it is a plain http(s) address that a reader may follow, else None."""
    if _STEERING.search(url) or any(mark in url for mark in '\t\r\n <>"\\'):
        return None
    try:
        parts = urlsplit(url)
        # Credentials in front of the host are a known way to make a link look like another site's.
        ok = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return None
    return url if ok else None


def csv_cell(value: object) -> str:
    """A cell no spreadsheet takes for a formula (OWASP: CSV injection)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
