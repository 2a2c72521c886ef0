"""What went wrong on the network, in words for logs and people."""

from __future__ import annotations

import re

from urllib3.exceptions import ProxyError


def in_words(error: Exception) -> str:
    """The reason of a fault of urllib3 or below, at most 300 characters."""
    if isinstance(error, ProxyError):
        return f"the egress proxy cannot be used: {in_words(error.original_error)}"
    reason = getattr(error, "reason", None) or error
    text = str(reason)
    # urllib3 prefixes its messages with the connection's own name.
    return re.sub(r"^(<[^>]*>|\w+\([^)]*\)): ", "", text)[:300] or type(error).__name__
