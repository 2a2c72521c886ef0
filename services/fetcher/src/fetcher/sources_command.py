"""`stancewatch sources`: check and try sources. Finding and exchanging them is in sources_lists.py."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError
from stancewatch_shared.errors import UserError

from fetcher.source_models import Source, SourcesFile
from fetcher.sources import Catalogue, catalogue_if_any, load_catalogue
from fetcher.sources_example import EXAMPLE
from fetcher.sources_lists import ALLOW, PATH, discover, export_opml, import_opml


@click.group(no_args_is_help=True)
def sources() -> None:
    """Add, check and try the places that articles come from.

    \b
    Where to begin:
      stancewatch sources example > sources.yaml
      stancewatch sources discover https://example.org
      stancewatch sources test https://example.org/feed.xml
      stancewatch sources check sources.yaml
    """


@sources.command(short_help="Check sources.yaml; asks no network.")
@PATH
def check(path: Path) -> None:
    """Check sources.yaml (or a folder of them) without asking the network."""
    catalogue = load_catalogue(path)
    off = sum(not source.enabled for source in catalogue.sources.values())
    for kind in ("feed", "sitemap", "page", "folder"):
        count = sum(source.type == kind for source in catalogue.sources.values())
        if count:
            click.echo(f"{count:5} {kind}{'s' if count != 1 else ''}")
    count = len(catalogue.sources)
    click.echo(
        f"{path} is in order: {count} source{'s' if count != 1 else ''}"
        + (f", {off} switched off" if off else "")
    )
    for url, ids in _asked_twice(catalogue):
        click.echo(f"remark: {' and '.join(ids)} have the same address, {url}: one would do")
    if catalogue.contact is None:
        click.echo("remark: no contact is set; site owners block what they cannot reach (add contact: ...)")
    if catalogue.allow_internal:
        click.echo(f"remark: these internal networks may be read: {', '.join(catalogue.allow_internal)}")


@sources.command(short_help="Try one source, and say what is wrong with it.")
@click.argument("target", metavar="URL|ID")
@click.option(
    "--sources",
    "path",
    type=click.Path(path_type=Path),
    help="Where an ID, the contact and the allowed networks are looked up; default: STANCEWATCH_SOURCES, else ./sources.yaml if it is there.",
)
@click.option(
    "--type", "kind", type=click.Choice(["feed", "sitemap", "page"]), default="feed", show_default=True
)
@click.option("--link-pattern", help="For --type page: regular expression of the articles' addresses.")
@click.option(
    "--pages", type=click.IntRange(1, 20), default=1, show_default=True, help="How many articles to read."
)
@ALLOW
def test(
    target: str,
    path: Path | None,
    kind: str,
    link_pattern: str | None,
    pages: int,
    allow_internal: tuple[str, ...],
) -> int:
    """Try a source once, as the service would, and say what came of it. Exit 0 if articles would come, else 1."""
    from fetcher.examine import examine
    from fetcher.toolbox import reader

    catalogue = catalogue_if_any(path)
    source = _source(target, kind, link_pattern, catalogue)
    is_good = True
    click.echo(f"testing {source.url or source.path}")
    with reader(allow_internal, catalogue, starts_parser=True) as tools:
        for step in examine(source, tools, datetime.now(UTC), pages):
            is_good = is_good and step.is_good is not False
            sign = {True: "ok  ", False: "no  ", None: "    "}[step.is_good]
            click.echo(f"  {sign}{step.label}: {step.detail}")
            if step.advice:
                click.echo(f"        -> {step.advice}")
    click.echo("this source works" if is_good else "this source would not work as it is")
    return 0 if is_good else 1


sources.add_command(discover)
sources.add_command(import_opml)
sources.add_command(export_opml)


@sources.command()
def example() -> None:
    """Print a commented sources.yaml to begin with."""
    click.echo(EXAMPLE, nl=False)


@sources.command()
def schema() -> None:
    """Print the JSON Schema of sources.yaml, for editors."""
    click.echo(json.dumps(sources_schema(), indent=2))


def sources_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of sources.yaml."""
    generated = SourcesFile.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **generated}


def _asked_twice(catalogue: Catalogue) -> list[tuple[str, list[str]]]:
    by_url: dict[str, list[str]] = {}
    for source in catalogue.sources.values():
        by_url.setdefault(source.url or "", []).append(source.id)
    return [(url, ids) for url, ids in by_url.items() if url and len(ids) > 1]


def _source(target: str, kind: str, link_pattern: str | None, catalogue: Catalogue | None) -> Source:
    if "://" not in target:
        if catalogue and target in catalogue.sources:
            return catalogue.sources[target]
        near = ", ".join(_similar(target, catalogue.sources if catalogue else ()))
        hint = f"; did you mean {near}?" if near else ": write https://... or an id with --sources FILE"
        raise UserError(f"{target!r} is neither a web address nor the id of a source{hint}")
    if kind == "page" and link_pattern is None:
        raise UserError(
            "--type page needs --link-pattern: what the addresses of articles look like, for example '/news/[0-9]{4}/'"
        )
    fields = {"id": "tested", "type": kind, "url": target, "link_pattern": link_pattern}
    try:
        return Source.model_validate(fields)
    except ValidationError as error:
        raise UserError(str(error.errors()[0]["msg"]).removeprefix("Value error, ")) from None


def _similar(target: str, ids: Iterable[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(target, list(ids), n=3)
