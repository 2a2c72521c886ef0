"""``stancewatch topics``: create and describe what schemas/topics declares."""

from __future__ import annotations

import click

from stancewatch_shared.settings import KafkaSettings, load_settings

_WAIT = click.option(
    "--wait", "wait_seconds", type=float, default=10.0, show_default=True, help="Seconds to wait."
)


@click.group()
def topics() -> None:
    """Create and describe the Kafka topics.

    The cluster is the one of KAFKA_BOOTSTRAP_SERVERS (default 127.0.0.1:9092; KAFKA_SECURITY_PROTOCOL,
    KAFKA_SASL_* and KAFKA_SSL_* apply). Replication comes from KAFKA_REPLICATION_FACTOR.
    """


@topics.command()
@_WAIT
def create(wait_seconds: float) -> None:
    """Create the topics that are missing. Existing ones are left alone."""
    from stancewatch_shared.topics import create_topics

    settings = load_settings(KafkaSettings, connect_timeout_seconds=wait_seconds)
    created = create_topics(settings)
    for name in created:
        click.echo(f"created {name}")
    if not created:
        click.echo("all topics exist already")


@topics.command(short_help="Show the declared topics as they are.")
@_WAIT
@click.option("--flow", is_flag=True, help="Also show who writes and who reads (wide).")
def describe(wait_seconds: float, flow: bool) -> int:
    """Show every declared topic as it is on the cluster; exit 1 when one differs."""
    from rich.console import Console
    from rich.table import Table

    from stancewatch_shared.topics import describe_topics

    states = describe_topics(load_settings(KafkaSettings, connect_timeout_seconds=wait_seconds))
    table = Table(box=None, pad_edge=False)
    table.add_column("topic", no_wrap=True)
    people = ("writers", "readers") if flow else ()
    for column in ("parts", "copies", "cleanup", "kept"):
        table.add_column(column, no_wrap=True)
    for column in (*people, "differs"):
        table.add_column(column, overflow="fold")
    for state in states:
        days = state.declared.retention_days
        flows = (", ".join(state.declared.writers), ", ".join(state.declared.readers)) if flow else ()
        table.add_row(
            state.name,
            "-" if state.partitions is None else str(state.partitions),
            "-" if state.replication is None else str(state.replication),
            state.declared.cleanup,
            "for ever" if days is None else f"{days} days",
            *flows,
            "yes" if state.differences else "no",
        )
    Console().print(table)
    for state in states:
        for difference in state.differences:
            click.echo(f"{state.name}: {difference}")
    return 1 if any(state.differences for state in states) else 0
