"""A plain page whose links match a pattern, for outlets without feed or sitemap."""

from __future__ import annotations

import re

from fetcher.documents import Entry, FeedDocument
from fetcher.entry_fields import language_tag
from fetcher.identity import BadUrl, absolute_url
from fetcher.refusals import NotAFeed
from fetcher.text import decode, parse_html, squeeze

MAX_LINKS = 5_000


def parse_links(
    body: bytes, url: str, content_type: str | None, link_pattern: str, max_entries: int
) -> FeedDocument:
    """Links on the page at `url` whose address matches `link_pattern`, in the page's order, each once."""
    root = parse_html(decode(body, content_type))
    if root is None:
        raise NotAFeed("the page is empty or no HTML")
    pattern = re.compile(link_pattern)
    titles: dict[str, str] = {}
    for anchor in root.xpath("//a[@href]")[:MAX_LINKS]:
        try:
            link = absolute_url(url, anchor.get("href")).partition("#")[0]
        except BadUrl:
            continue
        if pattern.search(link):
            title = squeeze(" ".join(anchor.itertext()))
            # Pictures link too: the longest text of all links to one page is its headline.
            titles[link] = max(titles.get(link, ""), title, key=len)
    found = tuple(Entry(guid=link, link=link, title=title[:2000]) for link, title in titles.items())
    title = squeeze("".join(root.xpath("//head/title[1]//text()")))[:500]
    return FeedDocument(
        title=title,
        language=language_tag(root.get("lang")),
        entries=found[:max_entries],
        kind="page",
        dropped=max(len(found) - max_entries, 0),
    )
