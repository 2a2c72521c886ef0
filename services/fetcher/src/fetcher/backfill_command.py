"""`stancewatch backfill`: history in, oldest first, without a single alert."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from stancewatch_shared.errors import UserError
from stancewatch_shared.progress import progress
from stancewatch_shared.settings import KafkaSettings, load_settings

from fetcher.fill_spool import LeftOut, Wanted, fill_spool
from fetcher.folder import Problem
from fetcher.history import inputs_of, is_address
from fetcher.sources import catalogue_if_any
from fetcher.spool import Spool, spool_path

BATCH = 500
PROBLEMS_SHOWN = 10
ACK_TIMEOUT_SECONDS = 120.0


@click.command(short_help="Load history: where actors were known to stand.")
@click.argument("targets", nargs=-1, required=True, metavar="FILE|FOLDER|FEED_URL...")
@click.option("--source", "outlet", default="", help="Outlet's name, where the articles do not bring one.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="Leave out what was published before this day."
)
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="Leave out what was published on or after this day."
)
@click.option("--dry-run", is_flag=True, help="Read everything and say what would be sent; needs no Kafka.")
@click.option("--again", is_flag=True, help="Send everything again, also what was sent before.")
@click.option(
    "--spool", type=click.Path(path_type=Path), help="Folder for the spool; default: ~/.cache/stancewatch."
)
@click.option(
    "--allow-internal", multiple=True, metavar="NETWORK", help="For feed addresses: see sources test."
)
def backfill(
    targets: tuple[str, ...],
    outlet: str,
    since: datetime | None,
    until: datetime | None,
    dry_run: bool,
    again: bool,
    spool: Path | None,
    allow_internal: tuple[str, ...],
) -> int:
    """Load history: it builds what actors were known to stand for, and never alerts.

    \b
    Reads      .jsonl  one article a line: id or url, published_at, title, text (and source, authors, language)
               .json .html .txt .warc .warc.gz, folders of these
               a feed's address: the feed, and the archives that it points to (RFC 5005)
    Sends      oldest first, marked backfill, whatever the order in the files
    Resumes    after an interruption: run the same command again
    \b
    Examples   stancewatch backfill --dry-run archive.jsonl
               stancewatch backfill --source "Harbour Post" --since 2024-01-01 crawl.warc.gz
    """
    from fetcher.toolbox import reader

    if since and until and since >= until:
        raise UserError(
            f"--since {since:%Y-%m-%d} is not before --until {until:%Y-%m-%d}: nothing lies between"
        )
    inputs = inputs_of(targets)
    catalogue = catalogue_if_any() if any(map(is_address, inputs)) else None
    kafka = load_settings(KafkaSettings)
    path = spool_path(
        spool or default_spool(), [*inputs, outlet, str(since), str(until)], kafka.topic("articles")
    )
    if dry_run:
        path = path.with_suffix(".dry-run.sqlite")
        path.unlink(missing_ok=True)
    with Spool(path) as store, reader(allow_internal, catalogue) as tools, _telling_how_to_go_on(dry_run):
        left_out = fill_spool(store, inputs, tools, Wanted(outlet, since, until))
        if again:
            store.forget_sent()
        total, waiting = store.counts()
        _tell_problems(left_out.problems)
        if not total:
            click.echo(f"no article to send was found{_in_numbers(left_out)}")
        elif dry_run:
            click.echo(f"{_articles(total)} would be sent, oldest first{_in_numbers(left_out)}")
        elif not waiting:
            click.echo(f"nothing to send: {_articles(total)} sent before (--again sends them again)")
        else:
            _send(store, kafka, waiting)
            click.echo(f"{_articles(waiting)} sent, {total - waiting} sent before{_in_numbers(left_out)}")
    if dry_run:
        path.unlink(missing_ok=True)
    return 0 if total else 1


@contextlib.contextmanager
def _telling_how_to_go_on(dry_run: bool) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        if not dry_run:
            click.echo("\nstopped; run the same command again to go on from here", err=True)
        raise


def default_spool() -> Path:
    """Where spools lie if not told otherwise."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "stancewatch"


def _send(store: Spool, kafka: KafkaSettings, waiting: int) -> None:
    from stancewatch_shared.kafka import check_topics, make_producer

    check_topics(kafka, ["articles"])
    producer = make_producer(kafka, "backfill")
    try:
        for _ in progress(_sent(store, producer), "sending", waiting):
            pass
    finally:
        producer.close(timeout=10)


def _sent(store: Spool, producer: Any) -> Iterator[str]:
    """Send batch by batch; a batch is ticked off when the broker has all of it. Yields ids as they are done."""
    from kafka.errors import KafkaError
    from stancewatch_shared.kafka import send
    from stancewatch_shared.traces import new_trace

    for batch in store.waiting(BATCH):
        futures = [send(producer, "articles", a, a.id, new_trace(f"{a.id}/{a.revision}")) for a in batch]
        try:
            for future in futures:
                future.get(timeout=ACK_TIMEOUT_SECONDS)
        except KafkaError as error:
            reason = (
                f"Kafka did not take an article ({type(error).__name__}): run the same command again to go on"
            )
            raise UserError(reason) from None
        store.mark_sent(batch)
        yield from (article.id for article in batch)


def _articles(count: int) -> str:
    return f"{count} article{'s' if count != 1 else ''}"


def _in_numbers(left_out: LeftOut) -> str:
    """What was left out this time: "; 2 refused, 5 no dated articles"."""
    counts = {
        "refused": len(left_out.problems),
        "no dated articles": left_out.no_articles,
        "outside --since and --until": left_out.outside,
    }
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    return f"; left out: {told}" if told else ""


def _tell_problems(problems: list[Problem]) -> None:
    for problem in problems[:PROBLEMS_SHOWN]:
        click.echo(f"left out {problem}", err=True)
    if len(problems) > PROBLEMS_SHOWN:
        click.echo(f"left out {len(problems) - PROBLEMS_SHOWN} more", err=True)
