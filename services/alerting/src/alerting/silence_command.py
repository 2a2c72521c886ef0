"""``stancewatch silence``: mute alerts for a while, with an owner, a reason and an end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import click

LONGEST_DAYS = 90


@click.group()
def silence() -> None:
    """Mute alerts for a while: with an owner, a reason and an end.

    A silenced change is still kept and shown on the timeline; it's only not sent. Withdrawals and corrections
    of alerts that were sent are never silenced. The cluster is the one of KAFKA_BOOTSTRAP_SERVERS.

    \b
    Examples:
      stancewatch silence add --actor ilse-varn --for 2h --owner ann --reason "we have her live"
      stancewatch silence list
      stancewatch silence expire s-1f0c2a94b7
    """


@silence.command()
@click.option("--actor", "actors", multiple=True, metavar="ID", help="Only this actor (repeat for more).")
@click.option("--issue", "issues", multiple=True, metavar="ID", help="Only this issue (repeat for more).")
@click.option("--desk", "desks", multiple=True, metavar="NAME", help="Only what belongs to this desk.")
@click.option(
    "--kind", "kinds", multiple=True,
    type=click.Choice(["reverse", "soften", "harden", "commit", "condition_added", "condition_dropped"]),
    help="Only this kind of change.",
)  # fmt: skip
@click.option("--receiver", "receivers", multiple=True, metavar="NAME", help="Only at this receiver.")
@click.option("--for", "duration", required=True, metavar="TIME", help="How long: 30m, 2h, 3d (at most 90d).")
@click.option("--owner", required=True, help="Who is answerable for it.")
@click.option("--reason", required=True, help="Why, for colleagues.")
@click.option("--everything", is_flag=True, help="Needed to silence all there is.")
def add(
    actors: tuple[str, ...],
    issues: tuple[str, ...],
    desks: tuple[str, ...],
    kinds: tuple[str, ...],
    receivers: tuple[str, ...],
    duration: str,
    owner: str,
    reason: str,
    everything: bool,
) -> None:
    """Silence what matches all that is given. Prints the silence's id."""
    from stancewatch_schemas.models import Silence
    from stancewatch_shared.errors import UserError

    from alerting.durations import parse_duration
    from alerting.ids import silence_id

    match = {"actors": actors, "issues": issues, "desks": desks, "kinds": kinds, "receivers": receivers}
    if not any(match.values()) and not everything:
        raise UserError("this would silence everything: give --actor, --issue, ..., or say --everything")
    try:
        length = parse_duration(duration)
    except ValueError as error:
        raise UserError(f"--for: {error}") from None
    if not timedelta(0) < length <= timedelta(days=LONGEST_DAYS):
        raise UserError(f"--for: a silence lasts at least a second and at most {LONGEST_DAYS}d")
    if not owner.strip() or not reason.strip():
        raise UserError("--owner and --reason must not be empty: colleagues will ask")
    now = datetime.now(UTC).replace(microsecond=0)
    content = {name: list(values) for name, values in match.items()}
    made = Silence.model_validate(
        {
            "id": silence_id(owner, reason, json.dumps(content, sort_keys=True), now.isoformat()),
            "owner": owner.strip(),
            "reason": reason.strip(),
            "match": content,
            "starts_at": now,
            "expires_at": now + length,
            "created_at": now,
        }
    )
    with _topic() as (_, put):
        put(made)
    click.echo(f"{made.id}  until {made.expires_at:%Y-%m-%d %H:%M} UTC: {_what(made)}")


@silence.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that have ended.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_silences(everything: bool, as_json: bool) -> None:
    """List the silences in force."""
    now = datetime.now(UTC)
    with _topic() as (silences, _):
        found = [each for each in silences.all() if everything or each.expires_at > now]
    for each in found:
        if as_json:
            click.echo(each.model_dump_json())
        else:
            ended = "" if each.expires_at > now else "  (ended)"
            click.echo(f"{each.id}  until {each.expires_at:%Y-%m-%d %H:%M} UTC  {_what(each)}")
            click.echo(f"    {each.owner}: {each.reason}{ended}")
    if not found:
        click.echo("no silences", err=True)


@silence.command()
@click.argument("silence_id", metavar="ID")
def expire(silence_id: str) -> None:
    """End a silence now. What it muted meanwhile isn't sent later."""
    from stancewatch_shared.errors import UserError

    now = datetime.now(UTC).replace(microsecond=0)
    with _topic() as (silences, put):
        found = next((each for each in silences.all() if each.id == silence_id), None)
        if found is None:
            raise UserError(f"there is no silence {silence_id!r}: see `stancewatch silence list`")
        if found.expires_at <= now:
            click.echo(f"{silence_id} has ended already")
            return
        put(found.model_copy(update={"expires_at": now}))
    click.echo(f"{silence_id} ended")


@contextmanager
def _topic() -> Iterator[tuple[Any, Any]]:
    """The known silences, and a function that writes one and waits for the broker."""
    from stancewatch_shared.compacted import CompactedStore
    from stancewatch_shared.connect import make_producer
    from stancewatch_shared.settings import KafkaSettings, load_settings

    from alerting.silences import Silences

    kafka = load_settings(KafkaSettings, connect_timeout_seconds=10)
    producer = make_producer(kafka, "command")
    try:
        store = CompactedStore(kafka, producer, "silences")
        store.load()
        silences = Silences()
        for key, value in store.items():
            silences.note(key, value)
        yield silences, lambda made: store.put(made.id, made)
    finally:
        producer.close(timeout=5)


def _what(made: Any) -> str:
    match = made.match.model_dump()
    parts = [f"{name[:-1]} {', '.join(values)}" for name, values in match.items() if values]
    return "; ".join(parts) or "everything"
