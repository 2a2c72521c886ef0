"""Faults of the network in words that a reader of logs understands."""

import ssl
from http.client import BadStatusLine, HTTPException, LineTooLong, RemoteDisconnected

import pytest
from fetcher.failures import in_words
from urllib3.exceptions import (
    IncompleteRead,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            SSLError(ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)")),
            "it does not speak https here: is the address http://?",
        ),
        (
            SSLError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed (_ssl.c:1006)"),
            "certificate verify failed: self-signed",
        ),
        (ReadTimeoutError(None, None, "Read timed out. (read timeout=10.0)"), "the server sent nothing for too long"),
        (NewConnectionError("HTTPConnection(host='a')", "no connection to a"), "no connection to a"),
        (ConnectionResetError(), "ConnectionResetError"),
        (
            ProtocolError("Connection broken", IncompleteRead(14, 4986)),
            "the answer broke off after 14 bytes, 4,986 are missing",
        ),
        (ProtocolError("Connection aborted.", BadStatusLine("\0")), "the answer is not HTTP"),
        (
            ProtocolError("Connection aborted.", RemoteDisconnected("x")),
            "the server closed the connection without an answer",
        ),
        (
            ProtocolError("Connection aborted.", ConnectionResetError(104, "x")),
            "the server broke the connection off",
        ),
        (
            ProtocolError("Connection aborted.", HTTPException("got more than 100 headers")),
            "the head of the answer is too long: got more than 100 headers",
        ),
        (
            ProtocolError("Connection aborted.", LineTooLong("header line")),
            "the head of the answer is too long: got more than 65536 bytes when reading header line",
        ),
        (ProtocolError("Response may not contain content."), "Response may not contain content."),
    ],
)  # fmt: skip
def test_a_fault_in_words(error, words):
    assert in_words(error) == words
