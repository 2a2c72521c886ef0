"""What went wrong on the network, in words for logs and people."""

from __future__ import annotations

import re

from urllib3.exceptions import ProxyError, ReadTimeoutError


def in_words(error: Exception) -> str:
    """The reason of a fault of urllib3 or below, at most 300 characters."""
    if isinstance(error, ProxyError):
        return f"the egress proxy cannot be used: {in_words(error.original_error)}"
    if isinstance(error, ReadTimeoutError):
        return "the server sent nothing for too long"
    reason = getattr(error, "reason", None) or error
    text = str(reason)
    if "WRONG_VERSION_NUMBER" in text or "HTTP_REQUEST" in text:
        return "it does not speak https here: is the address http://?"
    # urllib3 prefixes its messages with the connection's own name, OpenSSL with a code; its file name ends them.
    text = re.sub(r"^(<[^>]*>|\w+\([^)]*\)): ", "", text)
    text = re.sub(r"^\[[A-Z]+: \w+\] |\s*\(_ssl\.c:\d+\)$", "", text)
    return text[:300] or type(error).__name__
