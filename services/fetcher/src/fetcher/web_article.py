"""One article from a web address, for `stancewatch analyze URL`: the service's own guards, extraction and identity."""

from __future__ import annotations

from stancewatch_schemas.models import Article
from stancewatch_shared.clock import SystemClock
from stancewatch_shared.errors import UserError

from fetcher.articles import Reading, build
from fetcher.documents import Entry
from fetcher.examine import explain
from fetcher.identity import host_of
from fetcher.reading import PageTask
from fetcher.source_models import Source
from fetcher.sources import catalogue_if_any
from fetcher.toolbox import reader


def read_web_article(url: str, allow_internal: tuple[str, ...] = ()) -> Article:
    """The article at `url`, as the fetcher would send it.

    Raises UserError that says what went wrong: refused address, robots.txt, too large, no article text.
    """
    source = Source(id="web", name=host_of(url), url=url, full_text="page")
    entry = Entry(guid=url, link=url, title="", text="")
    with reader(allow_internal, catalogue_if_any()) as network:
        result = network.read_page(PageTask(source, entry))
    if result.page is None:
        step = explain(result.outcome)
        detail = f"{step.label}: {step.detail}" if step else "no article could be read there"
        raise UserError(detail, file=url)
    article = build(source, Reading(entry, result.page), None, SystemClock().now()).article
    if article is None or not article.text.strip():
        raise UserError("no article text was found on that page", file=url)
    return article
