"""`stancewatch explain ACTOR ISSUE`: the position in force with all its evidence, in words and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from rich.console import Console
from stancewatch_schemas.codec import decode
from stancewatch_schemas.models import Statement
from stancewatch_shared.errors import UserError
from stancewatch_shared.progress import progress

from stance_classifier.attribution_tagger.load import load_tagger
from stance_classifier.model.load import load_model
from stance_classifier.position_filter import FilterSettings
from stance_classifier.positions import PositionState, apply
from stance_classifier.read_inputs import read_articles
from stance_classifier.reader import Reader
from stance_classifier.report import print_position_report
from stance_classifier.watchlist import load_watchlist


@click.command(short_help="Why a position is what it is, in bits.")
@click.argument("actor")
@click.argument("issue")
@click.option(
    "--articles",
    "articles_path",
    type=click.Path(path_type=Path),
    help="Read this JSON Lines file instead of Kafka.",
)
@click.option(
    "--watchlist",
    "watchlist_path",
    type=click.Path(path_type=Path),
    default=Path("watchlist.yaml"),
    show_default=True,
    help="Needed with --articles.",
)
@click.option(
    "--model", "model_spec", default="bundled", show_default=True, help="With --articles: the stance model."
)
def explain(
    actor: str, issue: str, articles_path: Path | None, watchlist_path: Path, model_spec: str
) -> None:
    """Why the position of ACTOR on ISSUE (ids of the watchlist) is what it is.

    \b
    stancewatch explain zelensky minerals-deal                                   from the running system
    stancewatch explain zelensky minerals-deal --watchlist W.yaml --articles A.jsonl    from a file

    From the running system it reads the topic `statements` (KAFKA_BOOTSTRAP_SERVERS says where).
    """
    source = (
        _from_file(articles_path, watchlist_path, model_spec)
        if articles_path
        else _from_kafka(f"{actor}|{issue}")
    )
    state, names = _position(source, actor, issue)
    if state == PositionState.empty():
        raise UserError(
            f"no statement of actor {actor!r} on issue {issue!r} was found: are both ids on the watchlist?"
        )
    print_position_report(Console(), *names, state, FilterSettings())


def _position(
    statements: Iterable[Statement], actor: str, issue: str
) -> tuple[PositionState, tuple[str, str]]:
    state, names = PositionState.empty(), (actor, issue)
    for statement in statements:
        if (statement.actor.id, statement.issue.id) == (actor, issue):
            state = apply(state, statement).state
            names = (statement.actor.name, statement.issue.name)
    return state, names


def _from_file(articles_path: Path, watchlist_path: Path, model_spec: str) -> Iterator[Statement]:
    reader = Reader(load_watchlist(watchlist_path), load_model(model_spec), load_tagger())
    for article in progress(list(read_articles(articles_path)), "Reading articles"):
        yield from reader.read([article])[0]


def _from_kafka(key: str) -> Iterator[Statement]:
    from stancewatch_shared.read_topic import read_values

    for value in read_values("statements", key.encode()):
        yield decode(Statement, value)
