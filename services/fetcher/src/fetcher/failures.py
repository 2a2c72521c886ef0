"""What went wrong on the network, in words for logs and people."""

from __future__ import annotations

import re
from http.client import BadStatusLine, HTTPException, LineTooLong, RemoteDisconnected

from urllib3.exceptions import IncompleteRead, ProtocolError, ProxyError, ReadTimeoutError


def in_words(error: Exception) -> str:
    """The reason of a fault of urllib3 or below, at most 300 characters."""
    if isinstance(error, ProxyError):
        return f"the egress proxy cannot be used: {in_words(error.original_error)}"
    if isinstance(error, ReadTimeoutError):
        return "the server sent nothing for too long"
    if isinstance(error, ProtocolError):
        return _broken_off(error)
    reason = getattr(error, "reason", None) or error
    text = str(reason)
    if "WRONG_VERSION_NUMBER" in text or "HTTP_REQUEST" in text:
        return "it does not speak https here: is the address http://?"
    # urllib3 prefixes its messages with the connection's own name, OpenSSL with a code; its file name ends them.
    text = re.sub(r"^(<[^>]*>|\w+\([^)]*\)): ", "", text)
    text = re.sub(r"^\[[A-Z]+: \w+\] |\s*\(_ssl\.c:\d+\)$", "", text)
    return text[:300] or type(error).__name__


def _broken_off(error: ProtocolError) -> str:
    cause = error.args[1] if len(error.args) > 1 else None
    match cause:
        case IncompleteRead(partial=came, expected=missing) if isinstance(came, int) and missing:
            return f"the answer broke off after {came:,} bytes, {missing:,} are missing"
        case RemoteDisconnected():
            return "the server closed the connection without an answer"
        case BadStatusLine():
            return "the answer is not HTTP"
        case HTTPException() if isinstance(cause, LineTooLong) or "headers" in str(cause):
            return f"the head of the answer is too long: {cause}"
        case ConnectionError():
            return "the server broke the connection off"
        case _:
            return str(error.args[0])[:300] if error.args else "the answer broke off"
