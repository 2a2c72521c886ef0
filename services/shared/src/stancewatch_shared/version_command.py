"""``stancewatch version``."""

from __future__ import annotations

import platform
from importlib.metadata import distributions

import click


@click.command()
def version() -> None:
    """Print the versions of the Stancewatch packages and of Python."""
    found = {
        dist.name: dist.version
        for dist in distributions()
        if dist.name and dist.name.startswith("stancewatch-")
    }
    for name in sorted(found):
        click.echo(f"{name} {found[name]}")
    click.echo(f"python {platform.python_version()}")
