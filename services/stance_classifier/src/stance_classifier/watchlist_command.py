"""`stancewatch watchlist`: check the editor's file before a service reads it, and print its JSON Schema."""

from __future__ import annotations

import json
from pathlib import Path

import click

from stance_classifier.entities import guess_kind, surname
from stance_classifier.watchlist import Watchlist, load_watchlist


@click.group()
def watchlist() -> None:
    """Check a watchlist, or print its schema for your editor."""


@watchlist.command()
@click.argument("file", type=click.Path(path_type=Path), default=Path("watchlist.yaml"))
def check(file: Path) -> None:
    """Reads FILE as the services do: says what is watched, and warns of what will be hard to find.

    \b
    stancewatch watchlist check watchlist.yaml

    Exits 2 with file, line and reason when the file is wrong.
    """
    found = load_watchlist(file)
    for actor in found.actors:
        names = ", ".join((actor.name, *actor.aliases))
        click.echo(f"actor {actor.id} ({guess_kind(actor)}): {names}")
    for issue in found.issues:
        click.echo(f"issue {issue.id}: {issue.proposition}")
        click.echo(f"      the opposite: {issue.opposite}")
    for warning in warnings(found):
        click.echo(f"warning: {warning}", err=True)
    click.echo(f"{file}: {len(found.actors)} actors and {len(found.issues)} issues are in order.")


@watchlist.command()
def schema() -> None:
    """Prints the JSON Schema (for `# yaml-language-server: $schema=...` at the top of your file)."""
    click.echo(json.dumps(Watchlist.model_json_schema(), indent=2, ensure_ascii=False))


def warnings(found: Watchlist) -> list[str]:
    """What is allowed but will work badly."""
    told = [
        f"issue {issue.id!r} has no keywords: words of its proposition are used"
        for issue in found.issues
        if not issue.keywords
    ]
    seen: dict[str, str] = {}
    for actor in found.actors:
        if guess_kind(actor) != "person":
            continue
        name = surname(actor.name).lower()
        if name in seen:
            told.append(
                f"actors {seen[name]!r} and {actor.id!r} share the surname {surname(actor.name)!r}: bare surnames go to whoever was named in full last"
            )
        seen[name] = actor.id
    return told
