"""``stancewatch dlq``: look at dead letters and send them again."""

from __future__ import annotations

import json

import click

from stancewatch_shared.errors import UserError
from stancewatch_shared.settings import KafkaSettings, load_settings


@click.group()
def dlq() -> None:
    """Look at the dead letters and send them again.

    A record that can never be processed goes to TOPIC-dlq, byte for byte, with the reason. Mend the cause
    (a newer version, a corrected watchlist), then `stancewatch dlq replay`. The cluster is the one of
    KAFKA_BOOTSTRAP_SERVERS.
    """


@dlq.command(name="list", short_help="List them, oldest first.")
@click.argument("topic", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_letters(topic: str | None, as_json: bool) -> None:
    """List the dead letters (of TOPIC, else of all topics), oldest first."""
    from stancewatch_shared.dlq_read import dead_letter_topics, read_dead_letters

    found = read_dead_letters(
        load_settings(KafkaSettings, connect_timeout_seconds=10), dead_letter_topics(topic)
    )
    for each in found:
        letter = each.letter
        row = {
            "id": letter.id,
            "failed_at": letter.failed_at.isoformat(timespec="seconds"),
            "error": letter.error,
            "message": letter.message,
            "replayed": each.replayed,
        }
        if as_json:
            click.echo(json.dumps(row, ensure_ascii=False))
        else:
            mark = "  (replayed)" if each.replayed else ""
            click.echo(f"{row['failed_at']}  {letter.id}  {letter.error}: {letter.message}{mark}")
    if not found:
        click.echo("no dead letters", err=True)


@dlq.command()
@click.argument("letter_id", metavar="ID")
def show(letter_id: str) -> None:
    """Show one dead letter whole: reason, headers, key and value."""
    from stancewatch_shared.dead_letters import original_record
    from stancewatch_shared.dlq_read import dead_letter_topics, read_dead_letters

    settings = load_settings(KafkaSettings, connect_timeout_seconds=10)
    found = [
        each for each in read_dead_letters(settings, dead_letter_topics(None)) if each.letter.id == letter_id
    ]
    if not found:
        raise UserError(f"there is no dead letter {letter_id!r}; `stancewatch dlq list` shows their ids")
    letter, record = found[-1].letter, original_record(found[-1].letter)
    click.echo(f"id         {letter.id}")
    click.echo(f"failed at  {letter.failed_at.isoformat()}")
    click.echo(f"group      {letter.group}")
    click.echo(f"error      {letter.error}: {letter.message}")
    click.echo(f"key        {_readable(record.key)}")
    for name, value in record.headers:
        click.echo(f"header     {name}: {_readable(value)}")
    click.echo(f"value      {_readable(record.value)}")


@dlq.command()
@click.argument("ids", nargs=-1)
@click.option("--topic", help="All letters of this topic that have not been replayed.")
@click.option("--all", "everything", is_flag=True, help="All letters that have not been replayed.")
@click.option("--dry-run", is_flag=True, help="Only say what would be sent.")
def replay(ids: tuple[str, ...], topic: str | None, everything: bool, dry_run: bool) -> None:
    """Send the original records again to where they came from.

    Give IDS (always sent), or --topic, or --all (each letter once).
    """
    from stancewatch_shared.connect import make_producer
    from stancewatch_shared.dlq_read import (
        dead_letter_topics,
        read_dead_letters,
        remember_replayed,
        replay_letters,
    )

    if sum((bool(ids), topic is not None, everything)) != 1:
        raise click.UsageError("give IDS, or --topic TOPIC, or --all")
    settings = load_settings(KafkaSettings, connect_timeout_seconds=10)
    found = read_dead_letters(settings, dead_letter_topics(topic))
    if ids:
        chosen = [each for each in found if each.letter.id in ids]
        unknown = sorted(set(ids) - {each.letter.id for each in chosen})
        if unknown:
            raise UserError(
                f"there is no dead letter {', '.join(unknown)}; `stancewatch dlq list` shows their ids"
            )
    else:
        chosen = [each for each in found if not each.replayed]
    for each in chosen:
        click.echo(
            f"{'would send' if dry_run else 'sending'} {each.letter.id} to {each.letter.topic}", err=True
        )
    if chosen and not dry_run:
        producer = make_producer(settings, "stancewatch-dlq")
        try:
            replay_letters(producer, chosen)
        finally:
            producer.close(timeout=10)
        if not ids:
            remember_replayed(settings, chosen)
    letters = "1 dead letter" if len(chosen) == 1 else f"{len(chosen)} dead letters"
    click.echo(f"{letters} {'to be sent' if dry_run else 'sent'} again", err=True)


def _readable(data: bytes | None) -> str:
    if data is None:
        return "(none)"
    # Foreign bytes must not steer the terminal.
    text = data.decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
