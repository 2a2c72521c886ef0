"""``stancewatch route``: check a routes file, and see where an alert would go and why."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click


@click.group()
def route() -> None:
    """Check a routes file, and see where an alert would go and why. Sends nothing, needs no Kafka.

    \b
    Examples:
      stancewatch route check routes.yaml
      stancewatch route test routes.yaml --actor ilse-varn --issue night-ferry --confidence 0.8
      stancewatch route test routes.yaml --change change.json --at 2031-04-10T23:30:00Z
      stancewatch route schema > routes.schema.json     (for an editor that completes and checks YAML)
    """


@route.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
def check(path: Path) -> None:
    """Check FILE: exit 0 when it's in order, 2 with file, line and reason when not."""
    from alerting.routes import load_routes

    routes = load_routes(path)
    used = {name for each in routes.routes for name in each.receivers}
    click.echo(f"{path}: in order ({len(routes.receivers)} receivers, {len(routes.routes)} routes)")
    for receiver in routes.receivers:
        if receiver.name not in used:
            click.echo(f"note: no route leads to receiver {receiver.name}")


@route.command()
def schema() -> None:
    """Print the JSON Schema of routes files."""
    from alerting.routes import routes_schema

    click.echo(json.dumps(routes_schema(), indent=2))


@route.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--change", "change_path", type=click.Path(path_type=Path), help="A stance-change message as JSON."
)
@click.option("--actor", default="some-actor", show_default=True, metavar="ID")
@click.option("--issue", default="some-issue", show_default=True, metavar="ID")
@click.option("--kind", default="reverse", show_default=True,
              type=click.Choice(["reverse", "soften", "harden", "commit", "condition_added", "condition_dropped"]))  # fmt: skip
@click.option("--confidence", default=0.97, show_default=True, type=click.FloatRange(0, 1))
@click.option("--witnesses", default=1, show_default=True, type=click.IntRange(1))
@click.option("--language", default="en", show_default=True)
@click.option("--at", "at", metavar="TIME", help="As if it came then (RFC 3339; default: now).")
@click.option("--silences", "with_silences", is_flag=True, help="Also ask Kafka for the silences in force.")
def test(
    path: Path,
    change_path: Path | None,
    actor: str,
    issue: str,
    kind: str,
    confidence: float,
    witnesses: int,
    language: str,
    at: str | None,
    with_silences: bool,
) -> None:
    """Show for every route of FILE whether an alert would take it, and what each receiver would see when.

    Exit 0 when somebody would be told, 1 when nobody would.
    """
    from alerting.explain_route import explain
    from alerting.routes import load_routes

    routes = load_routes(path)
    now = _moment(at)
    if change_path is not None:
        change = _read_change(change_path)
    else:
        change = _example(actor, issue, kind, confidence, witnesses, language, now)
    explained = explain(change, routes, _silences() if with_silences else [], now)
    for line in explained.lines:
        click.echo(line)
    if not explained.is_told:
        raise click.exceptions.Exit(1)


def _moment(text: str | None) -> datetime:
    from stancewatch_shared.errors import UserError

    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UserError(f"--at: {text!r} is no time such as 2031-04-10T23:30:00Z") from None
    if moment.tzinfo is None:
        raise UserError(f"--at: {text!r} has no time zone: end it with Z or an offset such as +02:00")
    return moment


def _read_change(path: Path) -> Any:
    from stancewatch_schemas.codec import InvalidMessage, decode
    from stancewatch_schemas.models import StanceChange
    from stancewatch_shared.errors import UserError
    from stancewatch_shared.yaml_source import read_text

    text = read_text(path)
    try:
        json.loads(text)
    except ValueError as error:
        raise UserError(f"not JSON: {error}", path, getattr(error, "lineno", None)) from None
    try:
        return decode(StanceChange, text.encode())
    except InvalidMessage as error:
        raise UserError(f"no stance change: {error.reason}", path) from None


def _example(
    actor: str, issue: str, kind: str, confidence: float, witnesses: int, language: str, now: datetime
) -> Any:
    from stancewatch_schemas.models import StanceChange

    def position(stance: str) -> dict[str, Any]:
        return {
            "stance": stance, "conditional": False, "quote": "…", "article_id": "example", "source": "Example",
            "url": "", "said_at": now, "published_at": now,
        }  # fmt: skip

    proof = {
        "statement_id": "example", "article_id": "example", "source": "Example", "url": "", "quote": "…",
        "stance": "support", "said_at": now, "published_at": now, "bits": 0.0,
    }  # fmt: skip
    return StanceChange.model_validate(
        {
            "id": "example", "actor": {"id": actor, "name": actor},
            "issue": {"id": issue, "name": issue, "proposition": issue},
            "from": position("oppose"), "to": position("support"), "confidence": confidence, "kind": kind,
            "evidence": [proof], "witnesses": witnesses, "language": language,
        }
    )  # fmt: skip


def _silences() -> list[Any]:
    from stancewatch_shared.compacted import read_compacted
    from stancewatch_shared.settings import KafkaSettings, load_settings

    from alerting.silences import Silences

    silences = Silences()
    for key, value in read_compacted(
        load_settings(KafkaSettings, connect_timeout_seconds=10), "silences"
    ).items():
        silences.note(key, value)
    return silences.all()
