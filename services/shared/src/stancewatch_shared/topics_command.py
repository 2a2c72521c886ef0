"""``stancewatch topics``: create and describe what schemas/topics declares."""

from __future__ import annotations

import click

from stancewatch_shared.settings import KafkaSettings, load_settings


@click.group()
def topics() -> None:
    """Create and describe the Kafka topics.

    The cluster is the one of KAFKA_BOOTSTRAP_SERVERS (default 127.0.0.1:9092; KAFKA_SECURITY_PROTOCOL,
    KAFKA_SASL_* and KAFKA_SSL_* apply). Replication comes from KAFKA_REPLICATION_FACTOR.
    """


@topics.command()
@click.option(
    "--wait",
    "wait_seconds",
    type=float,
    default=10.0,
    show_default=True,
    help="Seconds to wait for a broker.",
)
def create(wait_seconds: float) -> None:
    """Create the topics that are missing. Existing ones are left alone."""
    from stancewatch_shared.topics import create_topics

    settings = load_settings(KafkaSettings, connect_timeout_seconds=wait_seconds)
    created = create_topics(settings)
    for name in created:
        click.echo(f"created {name}")
    if not created:
        click.echo("all topics exist already")


@topics.command()
@click.option(
    "--wait",
    "wait_seconds",
    type=float,
    default=10.0,
    show_default=True,
    help="Seconds to wait for a broker.",
)
def describe(wait_seconds: float) -> int:
    """Show every declared topic as it is on the cluster; exit 1 when one differs."""
    from rich.console import Console
    from rich.table import Table

    from stancewatch_shared.topics import describe_topics

    states = describe_topics(load_settings(KafkaSettings, connect_timeout_seconds=wait_seconds))
    table = Table(box=None, pad_edge=False)
    for column in (
        "topic",
        "partitions",
        "replication",
        "cleanup",
        "kept",
        "written by",
        "read by",
        "differs",
    ):
        table.add_column(column, overflow="fold")
    for state in states:
        days = state.declared.retention_days
        table.add_row(
            state.name,
            "-" if state.partitions is None else str(state.partitions),
            "-" if state.replication is None else str(state.replication),
            state.declared.cleanup,
            "for ever" if days is None else f"{days} days",
            ", ".join(state.declared.writers),
            ", ".join(state.declared.readers),
            "; ".join(state.differences) or "no",
        )
    Console().print(table)
    return 1 if any(state.differences for state in states) else 0
