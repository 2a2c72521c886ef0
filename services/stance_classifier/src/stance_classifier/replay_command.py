"""`stancewatch replay`: the services' own code over a file of articles, in one process, without Kafka or network."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from stancewatch_schemas.models import StanceChange, Statement
from stancewatch_shared import metrics
from stancewatch_shared.progress import progress

from stance_classifier.attribution_tagger.load import load_tagger
from stance_classifier.model.base import StanceModel
from stance_classifier.model.load import load_model
from stance_classifier.positions import PositionState, apply
from stance_classifier.read_inputs import read_articles
from stance_classifier.reader import Reader
from stance_classifier.verify_changes import verify_change
from stance_classifier.watchlist import load_watchlist

BATCH_ARTICLES = 16


@click.command(short_help="Every change in a file of articles, as JSON.")
@click.option(
    "--watchlist",
    "watchlist_path",
    type=click.Path(path_type=Path),
    required=True,
    help="Actors and issues (YAML or JSON).",
)
@click.option(
    "--articles",
    "articles_path",
    type=click.Path(path_type=Path),
    required=True,
    help="One JSON article a line, in arrival order: id, source, url, published_at, title, text.",
)
@click.option("--positions", is_flag=True, help="Also print every statement that counted.")
@click.option(
    "--model",
    "model_spec",
    default="bundled",
    show_default=True,
    help="bundled, hub:<id or folder>, judge:<model>@<url>.",
)
@click.option(
    "--judge",
    "judge_spec",
    metavar="SPEC",
    help="A second reader, asked about each change only, e.g. judge:<model>@<url>. Its word is in `verification`.",
)
def replay(
    watchlist_path: Path, articles_path: Path, positions: bool, model_spec: str, judge_spec: str | None
) -> None:
    """Reads articles in order and prints every stance change as a line of JSON.

    \b
    stancewatch replay --watchlist watchlist.yaml --articles articles.jsonl
    stancewatch replay --watchlist watchlist.yaml --articles articles.jsonl --positions
    stancewatch replay --watchlist watchlist.yaml --articles articles.jsonl --judge judge:llama3@http://localhost:11434/v1

    The same input gives the same bytes. Progress goes to stderr; bad input exits 2 with file, line and reason.
    """
    watchlist = load_watchlist(watchlist_path)
    articles = list(read_articles(articles_path))
    reader = Reader(watchlist, load_model(model_spec), load_tagger())
    judge = load_model(judge_spec) if judge_spec else None
    states: dict[tuple[str, str], PositionState] = {}
    batches = [articles[i : i + BATCH_ARTICLES] for i in range(0, len(articles), BATCH_ARTICLES)]
    for batch in progress(batches, "Reading articles", len(batches)):
        for statements in reader.read(batch):
            for statement in statements:
                _step(statement, states, positions, judge)
    _warn_of_unanswered()


def _step(
    statement: Statement,
    states: dict[tuple[str, str], PositionState],
    positions: bool,
    judge: StanceModel | None,
) -> None:
    key = (statement.actor.id, statement.issue.id)
    applied = apply(states.get(key, PositionState.empty()), statement)
    states[key] = applied.state
    if positions and statement.counts and not statement.recap:
        _print(position_line(statement))
    for change in applied.changes:
        if change.event == "changed":
            _print(change_line(verify_change(change, statement.context, judge) if judge else change))


def _warn_of_unanswered() -> None:
    """Silence would read as "nothing changed"."""
    samples = (each for metric in metrics.MODEL_UNANSWERED.collect() for each in metric.samples)
    unanswered = sum(each.value for each in samples if each.name.endswith("_total"))
    if unanswered:
        click.echo(
            f"warning: {unanswered:.0f} questions were left unanswered by the remote model; as a reader's, their statements"
            " count for nothing",
            err=True,
        )


def position_line(statement: Statement) -> dict[str, Any]:
    """One counted statement in the form of the replay contract."""
    return {
        "actor": {"id": statement.actor.id}, "issue": {"id": statement.issue.id}, "article_id": statement.article.id,
        "stance": statement.stance, "conditional": statement.conditional, "quote": statement.quote,
        "said_at": _rfc3339(statement.said_at), "confidence": round(statement.attribution_confidence * getattr(statement.probabilities, statement.stance), 4),
    }  # fmt: skip


def change_line(change: StanceChange) -> dict[str, Any]:
    """One change in the form of the replay contract; `verification` only where a second reader was asked."""
    data = json.loads(change.model_dump_json(by_alias=True))
    keys = (
        "id",
        "actor",
        "issue",
        "from",
        "to",
        "confidence",
        "kind",
        "evidence",
        "witnesses",
        "explanation",
    )
    verification = {"verification": data["verification"]} if data["verification"] else {}
    return {key: data[key] for key in keys} | verification


def _print(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False, separators=(", ", ": ")) + "\n")


def _rfc3339(moment: Any) -> str:
    return str(moment.isoformat()).replace("+00:00", "Z")
