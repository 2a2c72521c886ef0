"""The process in which foreign bytes are parsed: `python -m fetcher.parse_worker`.

Frames on stdin: 4-byte length, JSON head; 4-byte length, body. Frames on stdout: 4-byte length, JSON reply; the first
one is READY. JSON both ways, so that a document that takes this process over still cannot run code in the fetcher.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import struct
import sys
from typing import Any, BinaryIO

from fetcher.parse_jobs import run_job, warm_up

MEMORY_VARIABLE = "STANCEWATCH_PARSER_MEMORY_BYTES"
READY = b"ready"


def main() -> None:
    """Serve jobs until stdin ends."""
    limit = int(os.environ.get(MEMORY_VARIABLE, "0"))
    if limit:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    # Whatever a library prints must not fall among the frames.
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        # What a first document would pay for the others is paid here, before any clock runs.
        warm_up()
        write_frame(replies, READY)
        replies.flush()
        serve(requests, replies)


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer one frame after the other."""
    while (head := read_frame(requests)) is not None:
        body = read_frame(requests)
        if body is None:
            return
        job = json.loads(head)
        # The kernel ends this process when a document costs more: no parser in C can hold that up.
        signal.setitimer(signal.ITIMER_PROF, float(job.get("cpu_seconds", 0)))
        reply = json.dumps(run_job(job, body)).encode()
        signal.setitimer(signal.ITIMER_PROF, 0)
        write_frame(replies, reply)
        replies.flush()


def read_frame(stream: Any) -> bytes | None:
    """One frame, or None at the end of the stream."""
    size = stream.read(4)
    if len(size) < 4:
        return None
    (length,) = struct.unpack(">I", size)
    data: bytes = stream.read(length)
    return data if len(data) == length else None


def write_frame(stream: Any, data: bytes) -> None:
    """Write one frame."""
    stream.write(struct.pack(">I", len(data)) + data)


if __name__ == "__main__":
    main()
