"""`stancewatch stance`: what do these words say about that proposition?"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO

import click
from stancewatch_shared.errors import UserError

from stance_classifier.model.base import StanceAnswer, StanceModel, StanceQuestion

BATCH_LINES = 256
_FIELDS = ("actor", "proposition", "text")


@dataclass(frozen=True)
class Asked:
    """One line of input."""

    id: str | int | float | bool | None
    question: StanceQuestion


@click.command(short_help="Ask the stance model directly.")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, allow_dash=True), default="-", metavar="[FILE|-]"
)
@click.option(
    "--model", default="bundled", show_default=True, help="bundled, hub:<id>, or judge:<model>@<url>."
)
def stance(file: str, model: str) -> None:
    """Reads JSON Lines, one question a line, and answers each in the same order.

    \b
    in   {"id": 1, "actor": "Mara Lindt", "proposition": "The bridge should be built.", "text": "..."}
    out  {"id": 1, "stance": "support", "probabilities": {"support": 0.9, ...}, "conditional": false,
          "abstained": false}

    `stance` is support, oppose, neutral (explicitly undecided) or none (no position of this actor).
    Where `abstained` is true the model can't tell.

    \b
    Example: try out a proposition before you watch it
      echo '{"id":1,"actor":"Lindt","proposition":"The bridge should be built.",
             "text":"Lindt said she would sign it tomorrow."}' | tr -d '\\n' | stancewatch stance
    """
    from stance_classifier.model.load import load_model

    with click.open_file(file, encoding="utf-8", errors="strict") as source:
        asked = list(read_lines(source, file))
    answer_all(asked, load_model(model), sys.stdout)


def read_lines(source: Iterable[str], file: str) -> Iterator[Asked]:
    """Questions from JSON Lines; blank lines are skipped.

    Raises:
        UserError: with the line that can't be read and why.
    """
    number = 0
    try:
        for number, line in enumerate(source, 1):
            if line.strip():
                yield _read_line(line, file, number)
    except UnicodeDecodeError as error:
        raise UserError(f"not UTF-8: {error.reason}", file=file, line=number + 1) from error


def _read_line(line: str, file: str, number: int) -> Asked:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise UserError(f"not JSON: {error}", file=file, line=number) from error
    if not isinstance(row, dict):
        raise UserError("not a JSON object", file=file, line=number)
    for name in _FIELDS:
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise UserError(f"`{name}` is missing or not a text", file=file, line=number)
    if "id" not in row or isinstance(row["id"], dict | list):
        raise UserError("`id` is missing or not a plain value", file=file, line=number)
    return Asked(row["id"], StanceQuestion(row["actor"], row["proposition"], row["text"]))


def answer_all(asked: list[Asked], model: StanceModel, out: TextIO) -> None:
    """Writes one answer a line, in order, batch by batch, with progress on stderr."""
    from stancewatch_shared.progress import progress

    starts = range(0, len(asked), BATCH_LINES)
    for start in progress(starts, label="asking", total=len(starts)):
        part = asked[start : start + BATCH_LINES]
        for one, answer in zip(part, model.judge([item.question for item in part]), strict=True):
            out.write(json.dumps(as_row(one, answer), ensure_ascii=False) + "\n")
        out.flush()


def as_row(asked: Asked, answer: StanceAnswer) -> dict[str, object]:
    """One line of output."""
    chances = {label: round(chance, 4) for label, chance in answer.probabilities.as_dict().items()}
    row: dict[str, object] = {
        "id": asked.id,
        "stance": answer.stance,
        "probabilities": chances,
        "conditional": answer.is_conditional,
        "abstained": answer.abstained,
    }
    if not answer.verified:
        row["note"] = answer.note
    return row
