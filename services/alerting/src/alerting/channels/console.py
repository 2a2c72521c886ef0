"""Standard output: each message as a box of plain lines, nothing in it can move the cursor."""

from __future__ import annotations

import sys
from typing import TextIO

from stancewatch_schemas.models import Post

from alerting.channels.base import NotSent, OneWay
from alerting.letter import Letter
from alerting.text_message import body_of, title_of


class Console(OneWay):
    """Prints."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout

    def send(self, letter: Letter, head: Post | None) -> Post:  # noqa: ARG002 - a printout has no threads
        lines = [f"── {title_of(letter)}", *(f"   {line}" for line in body_of(letter).splitlines())]
        try:
            self._out.write("\n".join(lines) + "\n\n")
            self._out.flush()
        except (OSError, ValueError) as error:
            raise NotSent(f"standard output: {error}") from None
        return Post(channel="console", ts="")
