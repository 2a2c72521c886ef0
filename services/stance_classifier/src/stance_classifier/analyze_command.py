"""`stancewatch analyze`: what one article says about the watched actors and issues, for a person to read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from stancewatch_schemas.models import StanceChange, Statement
from stancewatch_shared.errors import UserError

from stance_classifier.attribution_tagger.load import load_tagger
from stance_classifier.model.load import load_model
from stance_classifier.positions import PositionState, apply
from stance_classifier.read_inputs import read_one
from stance_classifier.reader import Reader
from stance_classifier.report import print_article_report
from stance_classifier.watchlist import load_watchlist


@click.command(short_help="Read one article: who stands where, and why.")
@click.argument("article", metavar="FILE|URL|-")
@click.option(
    "--watchlist",
    "watchlist_path",
    type=click.Path(path_type=Path),
    default=Path("watchlist.yaml"),
    show_default=True,
    help="Actors and issues (YAML or JSON).",
)
@click.option(
    "--published", metavar="DATE", help="When it was published (RFC 3339), for plain text; default: now."
)
@click.option(
    "--model",
    "model_spec",
    default="bundled",
    show_default=True,
    help="bundled, hub:<id or folder>, judge:<model>@<url>.",
)
@click.option(
    "--allow-internal",
    multiple=True,
    metavar="CIDR",
    help="For URLs: a network inside your own that may be read, like 127.0.0.1/32.",
)
@click.option("--json", "as_json", is_flag=True, help="Print statements as JSON Lines instead.")
def analyze(
    article: str,
    watchlist_path: Path,
    published: str | None,
    model_spec: str,
    as_json: bool,
    allow_internal: tuple[str, ...],
) -> None:
    """Statements, hearsay, conditions and positions in one article, and why nothing changed.

    \b
    stancewatch analyze story.txt --watchlist watchlist.yaml
    stancewatch analyze https://news.example/story --watchlist watchlist.yaml
    cat story.json | stancewatch analyze - --watchlist watchlist.yaml

    Plain text: the headline stands on the first line. JSON: an article as in `stancewatch replay`.
    """
    reader = Reader(load_watchlist(watchlist_path), load_model(model_spec), load_tagger())
    read = read_one(article, _moment(published), allow_internal)
    statements = reader.read([read])[0]
    if as_json:
        for statement in statements:
            click.echo(json.dumps(json.loads(statement.model_dump_json()), ensure_ascii=False))
        return
    outcomes, changes = _follow(statements)
    print_article_report(Console(), read, outcomes, changes)


def _follow(statements: list[Statement]) -> tuple[list[tuple[Statement, str | None]], list[StanceChange]]:
    states: dict[tuple[str, str], PositionState] = {}
    outcomes: list[tuple[Statement, str | None]] = []
    changes: list[StanceChange] = []
    for statement in statements:
        key = (statement.actor.id, statement.issue.id)
        applied = apply(states.get(key, PositionState.empty()), statement)
        states[key] = applied.state
        outcomes.append((statement, applied.quiet))
        changes.extend(applied.changes)
    return outcomes, changes


def _moment(published: str | None) -> datetime | None:
    if published is None:
        return None
    try:
        moment = datetime.fromisoformat(published.replace("Z", "+00:00"))
    except ValueError as error:
        raise UserError(
            f"--published {published!r} is no date: write it like 2025-02-24T09:00:00Z"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
