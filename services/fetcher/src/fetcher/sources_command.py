"""`stancewatch sources`: check, test, discover, and exchange lists of sources."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import yaml
from pydantic import ValidationError
from stancewatch_shared.errors import UserError

from fetcher.sources import Catalogue, Source, SourcesFile, load_catalogue

EXAMPLE = """\
# yaml-language-server: $schema=sources.schema.json
# Where Stancewatch reads. Try a line before you add it: stancewatch sources test https://example.org/feed.xml

# Who to complain to; sent with every request. Sites block what they cannot reach.
contact: newsroom@example.org

# Networks inside your own that may be read. Everything internal is refused otherwise.
# allow_internal: [10.1.2.0/24]

defaults:
  poll: {floor_seconds: 300, ceiling_seconds: 14400}

sources:
  - id: example-times
    name: Example Times
    url: https://example.org/feed.xml

  - id: example-herald
    name: Example Herald
    type: sitemap
    url: https://example.net/news-sitemap.xml

  - id: example-ministry
    name: Example Ministry
    type: page
    url: https://example.com/press
    link_pattern: /press/[0-9]{4}/
"""

PATH = click.argument(
    "path", type=click.Path(path_type=Path), default="sources.yaml", envvar="STANCEWATCH_SOURCES"
)
ALLOW = click.option(
    "--allow-internal",
    multiple=True,
    metavar="NETWORK",
    help="An internal network that may be read, like 127.0.0.1/32. May be given again.",
)


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


@sources.command()
@PATH
def check(path: Path) -> None:
    """Check sources.yaml (or a folder of them) without asking the network."""
    catalogue = load_catalogue(path)
    off = sum(not source.enabled for source in catalogue.sources.values())
    for kind in ("feed", "sitemap", "page", "folder"):
        count = sum(source.type == kind for source in catalogue.sources.values())
        if count:
            click.echo(f"{count:5} {kind}{'s' if count != 1 else ''}")
    click.echo(
        f"{path} is in order: {len(catalogue.sources)} sources" + (f", {off} switched off" if off else "")
    )
    if catalogue.contact is None:
        click.echo("remark: no contact is set; site owners block what they cannot reach (add contact: ...)")
    if catalogue.allow_internal:
        click.echo(f"remark: these internal networks may be read: {', '.join(catalogue.allow_internal)}")


@sources.command()
@click.argument("target", metavar="URL|ID")
@click.option("--sources", "path", type=click.Path(path_type=Path), help="Where an ID is looked up.")
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

    catalogue = load_catalogue(path) if path else _catalogue_if_any()
    source = _source(target, kind, link_pattern, catalogue)
    allowed = (*allow_internal, *(catalogue.allow_internal if catalogue else ()))
    is_good = True
    with reader(catalogue.contact if catalogue else None, allowed) as tools:
        click.echo(f"testing {source.url or source.path}")
        for step in examine(source, tools, datetime.now(UTC), pages):
            is_good = is_good and step.is_good is not False
            sign = {True: "ok  ", False: "no  ", None: "    "}[step.is_good]
            click.echo(f"  {sign}{step.label}: {step.detail}")
            if step.advice:
                click.echo(f"        -> {step.advice}")
    click.echo("this source works" if is_good else "this source would not work as it is")
    return 0 if is_good else 1


@sources.command()
@click.argument("site", metavar="SITE")
@ALLOW
def discover(site: str, allow_internal: tuple[str, ...]) -> int:
    """Find the feeds and news sitemaps of a web site, try each, and print lines for sources.yaml."""
    from fetcher.discover import Found, refusal_of
    from fetcher.discover import discover as search
    from fetcher.opml import id_from
    from fetcher.toolbox import reader

    url = site if "://" in site else f"https://{site}"
    taken: set[str] = set()
    found = []
    with reader(None, allow_internal) as tools:
        for each in search(url, tools):
            if isinstance(each, Found):
                count = len(each.document.entries)
                click.echo(f"found {each.type} {each.url} ({count} entries)", err=True)
                title = each.document.title or url.split("://")[-1]
                line = {
                    "id": id_from(title, each.url, taken),
                    "name": title,
                    "type": each.type,
                    "url": each.url,
                }
                found.append(line)
            else:
                click.echo(f"no    {each.url}: {refusal_of(each)}", err=True)
    if not found:
        click.echo(
            "nothing found; if articles are linked on a page, use type: page with a link_pattern", err=True
        )
        return 1
    click.echo(_yaml({"sources": found}), nl=False)
    return 0


@sources.command()
def example() -> None:
    """Print a commented sources.yaml to begin with."""
    click.echo(EXAMPLE, nl=False)


@sources.command()
def schema() -> None:
    """Print the JSON Schema of sources.yaml, for editors."""
    click.echo(json.dumps(sources_schema(), indent=2))


@sources.command("import-opml")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--sources", "path", type=click.Path(path_type=Path), help="Existing sources, to keep ids apart."
)
def import_opml(file: Path, path: Path | None) -> None:
    """Turn a feed reader's OPML export into lines for sources.yaml."""
    from fetcher.opml import read_opml

    known = load_catalogue(path).sources if path else {}
    known_urls = {source.url for source in known.values()}
    lines = []
    for each in read_opml(file, known):
        if isinstance(each, str):
            click.echo(f"left out {each}", err=True)
        elif each.url in known_urls:
            click.echo(f"left out {each.name or each.id}: already among the sources", err=True)
        else:
            lines.append(each.model_dump(include={"id", "name", "url"}, exclude_defaults=True))
    if not lines:
        raise UserError("no feed in it could be used", file)
    click.echo(_yaml({"sources": lines}), nl=False)


@sources.command("export-opml")
@PATH
def export_opml(path: Path) -> None:
    """Print the feeds of sources.yaml as OPML, for a feed reader."""
    from fetcher.opml import write_opml

    click.echo(write_opml(load_catalogue(path).sources.values(), "Stancewatch sources"), nl=False)


def sources_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of sources.yaml."""
    generated = SourcesFile.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **generated}


def _catalogue_if_any() -> Catalogue | None:
    path = Path("sources.yaml")
    return load_catalogue(path) if path.is_file() else None


def _source(target: str, kind: str, link_pattern: str | None, catalogue: Catalogue | None) -> Source:
    if "://" not in target:
        if catalogue and target in catalogue.sources:
            return catalogue.sources[target]
        near = ", ".join(_similar(target, catalogue.sources if catalogue else ()))
        hint = f"; did you mean {near}?" if near else ": write https://... or an id with --sources FILE"
        raise UserError(f"{target!r} is neither a web address nor the id of a source{hint}")
    fields = {"id": "tested", "type": kind, "url": target, "link_pattern": link_pattern}
    try:
        return Source.model_validate(fields)
    except ValidationError as error:
        raise UserError(str(error.errors()[0]["msg"]).removeprefix("Value error, ")) from None


def _similar(target: str, ids: Iterable[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(target, list(ids), n=3)


def _yaml(content: dict[str, Any]) -> str:
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
