"""The ``stancewatch`` command. Services add their verbs by the entry-point group ``stancewatch.commands``.

Only the verb that was asked for is imported: the model's libraries must not slow down ``stancewatch
version``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

import click

from stancewatch_shared.errors import UserError

GROUP = "stancewatch.commands"
BUILT_IN = {
    "version": "stancewatch_shared.version_command:version",
    "topics": "stancewatch_shared.topics_command:topics",
    "dlq": "stancewatch_shared.dlq_command:dlq",
    "completion": "stancewatch_shared.completion_command:completion",
}

HELP = """Watch what named people and organisations say about issues, and tell when they change their mind.

\b
Where to begin:
  stancewatch analyze article.txt         what one article says, and why it counts
  stancewatch replay --watchlist W.yaml --articles A.jsonl
                                          the services' own code on a file, without Kafka
  stancewatch watchlist check W.yaml      is my watchlist in order?

Every verb explains itself: stancewatch VERB --help
"""


class LazyGroup(click.Group):
    """A group whose verbs are known by name and imported when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted({*BUILT_IN, *_entry_points()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name in BUILT_IN:
            module, _, name = BUILT_IN[cmd_name].partition(":")
            command: click.Command = getattr(import_module(module), name)
            return command
        entry = _entry_points().get(cmd_name)
        if entry is None:
            return None
        try:
            loaded: click.Command = entry.load()
        except (ImportError, AttributeError) as error:
            return _unavailable(cmd_name, entry, error)
        return loaded

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = _nearest(args[0], self.list_commands(ctx))
            if near:
                error.message += f" Did you mean {near!r}?"
            raise


def _entry_points() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}


def _unavailable(name: str, entry: EntryPoint, error: Exception) -> click.Command:
    package = entry.dist.name if entry.dist else entry.module

    def refuse() -> None:
        raise UserError(
            f"`stancewatch {name}` cannot be loaded ({error}): reinstall {package} with its requirements"
        )

    return click.Command(name, callback=refuse, short_help=f"(not available: {error})", add_help_option=False)


def _nearest(word: str, names: Sequence[str]) -> str | None:
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, names, n=1)), None)


@click.command(cls=LazyGroup, help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command: exit 0, 1 (the answer is no), 2 (the user must act), 70 (our fault)."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """As main, but returns the exit code."""
    try:
        result = cli.main(args=arguments, prog_name="stancewatch", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except UserError as error:
        _say(f"error: {error}")
        return 2
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _say("interrupted")
        return 130
    except BrokenPipeError:
        # The reader (head, less) has seen enough; without this Python complains once more while it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:
        if os.environ.get("STANCEWATCH_DEBUG"):
            raise
        _say(f"error: this is a fault of Stancewatch, not of your input: {type(error).__name__}: {error}")
        _say("       run it again with STANCEWATCH_DEBUG=1 to see where it happened")
        return 70


def _say(line: str) -> None:
    click.echo(line, err=True)
