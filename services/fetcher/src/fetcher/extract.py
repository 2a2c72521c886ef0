"""A page's HTML to an article: text by trafilatura, facts from JSON-LD and meta tags before guesses."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import trafilatura

from fetcher.dates import read_date
from fetcher.documents import PageDocument
from fetcher.entry_fields import language_tag
from fetcher.identity import BadUrl, absolute_url, site_of
from fetcher.json_ld import facts_of
from fetcher.marks import judge, without_boilerplate, without_invitation
from fetcher.refusals import NotAnArticle
from fetcher.text import decode, html_to_text, one_line, paragraphs_of, parse_html, squeeze

# Trafilatura normalises white space and would turn special spaces into plain ones. Quotes must come out as they
# were printed, so such spaces travel as signs of a script that no news is written in.
SPECIAL_SPACES = "\u00a0\u202f\u2009\u200a\u2002\u2003\u2007\u2008\u3000\u00ad"
STAND_INS = "\u2840\u2841\u2842\u2843\u2844\u2845\u2846\u2847\u2848\u2849"
# Control characters, which HTML lets through and no XML library takes, go at the same time.
CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))
HIDE: dict[int, int | None] = {**str.maketrans(SPECIAL_SPACES, STAND_INS), **CONTROLS}
SHOW = str.maketrans(STAND_INS, SPECIAL_SPACES)
MAX_ELEMENTS = 60_000
BYLINE = re.compile(r"^(?:by|von|par|por|di|door|av)\s+(.{2,200})$", re.IGNORECASE)
BETWEEN_NAMES = re.compile(r",|&|\b(?:and|und|et|y|e|en|og)\b", re.IGNORECASE)
MIN_MENU_LINKS = 3


def extract(body: bytes, url: str, content_type: str | None) -> PageDocument:
    """Read the article at `url`. Raises NotAnArticle if there is no text at all."""
    root = parse_html(decode(body, content_type))
    if root is None:
        raise NotAnArticle("the page is empty or no HTML")
    facts = facts_of(root)
    metas = _metas(root)
    # Before the extractor: it prunes the tree that it is given.
    canonical, feeds, language = _canonical(root, url), _feeds(root, url), root.get("lang")
    title_tag = squeeze("".join(root.xpath("//head/title[1]//text()")))
    text, guessed = _body(root, url)
    if len(facts.body) > 2 * len(text):
        # Some sites ship the whole text only for machines.
        text = html_to_text(facts.body)
    mark = judge(text, facts.is_paid or metas.get("article:content_tier") in ("locked", "metered"))
    text = without_invitation(without_boilerplate(text))
    title = one_line(
        facts.headline or metas.get("og:title", "") or (guessed.title if guessed else "") or title_tag
    )
    authors = facts.authors or _guessed_authors(guessed)
    return PageDocument(
        title=title[:2000],
        text=_without_byline(_without_title(text, title), authors)[:1_000_000],
        authors=authors,
        published=facts.published
        or _meta_date(metas, "article:published_time", "date", "dc.date", "pubdate")
        or (read_date(guessed.date) if guessed else None),
        updated=facts.updated
        or _meta_date(metas, "article:modified_time", "og:updated_time", "last-modified"),
        language=language_tag(facts.language or language or metas.get("og:locale")),
        canonical=canonical,
        site=one_line(metas.get("og:site_name", "") or facts.publisher)[:500],
        mark=mark.value,
        feeds=feeds,
    )


def _body(root: Any, url: str) -> tuple[str, Any | None]:
    for number, element in enumerate(root.iter()):
        if number > MAX_ELEMENTS:
            raise NotAnArticle(f"the page has more than {MAX_ELEMENTS} elements")
        if element.text:
            element.text = element.text.translate(HIDE)
        if element.tail:
            element.tail = element.tail.translate(HIDE)
    _drop_menu_cells(root)
    document: Any = trafilatura.bare_extraction(
        root, url=url, with_metadata=True, include_comments=False, include_tables=True, as_dict=False
    )
    if document is None or document.body is None:
        return "", None
    for name in ("title", "author"):
        value = getattr(document, name)
        if value:
            setattr(document, name, value.translate(SHOW))
    return paragraphs_of(document.body).translate(SHOW), document


def _drop_menu_cells(root: Any) -> None:
    """Old pages keep their menu in a cell of the table that the text stands in."""
    for cell in list(root.iter("td")):
        links = cell.findall(".//a")
        if len(links) < MIN_MENU_LINKS:
            continue
        inside = sum(len(squeeze(link.text_content())) for link in links)
        if inside >= 0.8 * len(squeeze(cell.text_content())):
            cell.drop_tree()


def _without_title(text: str, title: str) -> str:
    first, _, rest = text.partition("\n\n")
    return rest if rest and first.strip() == title.strip() else text


def _without_byline(text: str, authors: tuple[str, ...]) -> str:
    """Drop a first line that only names the authors, who are told elsewhere."""
    first, _, rest = text.partition("\n\n")
    names = BYLINE.match(first)
    if not rest or names is None:
        return text
    known = {author.casefold() for author in authors}
    parts = (part.strip().casefold() for part in BETWEEN_NAMES.split(names.group(1)))
    return rest if all(part in known for part in parts) else text


def _guessed_authors(guessed: Any | None) -> tuple[str, ...]:
    names = (guessed.author or "").split(";") if guessed else []
    return tuple(dict.fromkeys(one_line(name)[:300] for name in names if name.strip()))[:20]


def _metas(root: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in root.xpath("//meta[@content]")[:500]:
        name = (meta.get("property") or meta.get("name") or "").strip().lower()
        if name:
            found.setdefault(name, meta.get("content"))
    return found


def _meta_date(metas: dict[str, str], *names: str) -> datetime | None:
    return next((date for name in names if (date := read_date(metas.get(name))) is not None), None)


def _canonical(root: Any, url: str) -> str | None:
    """The page's claim about its own address, believed only within its own site."""
    for link in root.xpath("//link[@rel='canonical']/@href")[:1]:
        try:
            claimed = absolute_url(url, link)
        except BadUrl:
            return None
        # A canonical link to the front page is a template's mistake that would make all articles one.
        is_front_page = claimed.rstrip("/").count("/") <= 2
        if site_of(claimed) == site_of(url) and not is_front_page:
            return claimed
    return None


def _feeds(root: Any, url: str) -> tuple[str, ...]:
    found = []
    for link in root.xpath("//link[@href and contains(concat(' ', @rel, ' '), ' alternate ')]")[:100]:
        if (link.get("type") or "").lower() in (
            "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml",
        ):  # fmt: skip
            try:
                found.append(absolute_url(url, link.get("href")))
            except BadUrl:
                continue
    return tuple(dict.fromkeys(found))[:20]
