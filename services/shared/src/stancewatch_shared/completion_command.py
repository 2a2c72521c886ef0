"""``stancewatch completion``: click's own completion scripts."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for SHELL.

    \b
    bash:  eval "$(stancewatch completion bash)"          (in ~/.bashrc)
    zsh:   eval "$(stancewatch completion zsh)"           (in ~/.zshrc)
    fish:  stancewatch completion fish > ~/.config/fish/completions/stancewatch.fish
    """
    from stancewatch_shared.cli import cli

    found = get_completion_class(shell)
    if found is None:  # pragma: no cover - click knows all three
        raise click.UsageError(f"no completion for {shell}")
    click.echo(found(cli, {}, "stancewatch", "_STANCEWATCH_COMPLETE").source())
