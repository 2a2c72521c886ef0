"""Lists of sources: found on a site, or exchanged with feed readers as OPML. All of them end as lines of YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import yaml
from stancewatch_shared.errors import UserError

from fetcher.sources import catalogue_if_any, load_catalogue

PATH = click.argument(
    "path", type=click.Path(path_type=Path), default="sources.yaml", envvar="STANCEWATCH_SOURCES"
)
ALLOW = click.option(
    "--allow-internal",
    multiple=True,
    metavar="NETWORK",
    help="An internal network that may be read, like 127.0.0.1/32. May be given again.",
)


@click.command(short_help="Find the feeds and news sitemaps of a site.")
@click.argument("site", metavar="SITE")
@ALLOW
def discover(site: str, allow_internal: tuple[str, ...]) -> int:
    """Find the feeds and news sitemaps of a web site, try each, and print lines for sources.yaml."""
    from fetcher.discover import Tried
    from fetcher.discover import discover as search
    from fetcher.examine import why_not
    from fetcher.identity import BadUrl, absolute_url, host_of
    from fetcher.opml import id_from
    from fetcher.toolbox import reader

    url = site if "://" in site else f"https://{site}"
    try:
        absolute_url(url, url)
    except BadUrl as error:
        raise UserError(f"{site!r} is no web site: {error}") from None
    if " " in site:
        raise UserError(f"{site!r} is no web site: write it like example.org or https://example.org/news")
    taken: set[str] = set()
    found = []
    is_there = True
    with reader(allow_internal, catalogue_if_any()) as tools:
        for each in search(url, tools):
            if isinstance(each, Tried):
                click.echo(f"no    {each.url}: {why_not(each.outcome)}", err=True)
                is_there = is_there and each.url != url
                continue
            count = len(each.document.entries)
            click.echo(f"found {each.type} {each.url} ({count} entries)", err=True)
            title = each.document.title or host_of(each.url)
            line = {"id": id_from(title, each.url, taken), "name": title, "type": each.type, "url": each.url}
            found.append(line)
    if not found:
        advice = "if articles are linked on a page, use type: page with a link_pattern"
        click.echo(f"nothing found; {advice if is_there else 'the site itself cannot be read'}", err=True)
        return 1
    click.echo(_yaml({"sources": found}), nl=False)
    return 0


@click.command("import-opml", short_help="Turn a feed reader's OPML into lines of YAML.")
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


@click.command("export-opml", short_help="Print the feeds as OPML.")
@PATH
def export_opml(path: Path) -> None:
    """Print the feeds of sources.yaml as OPML, for a feed reader."""
    from fetcher.opml import write_opml

    sources = load_catalogue(path).sources.values()
    others = sum(source.type != "feed" for source in sources)
    if others:
        click.echo(f"left out {others} that are no feeds: OPML knows only these", err=True)
    click.echo(write_opml(sources, "Stancewatch sources"), nl=False)


def _yaml(content: dict[str, Any]) -> str:
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
