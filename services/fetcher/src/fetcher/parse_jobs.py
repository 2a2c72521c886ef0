"""The jobs of the parser's process: a name and bytes in, plain data or a named refusal out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from fetcher.extract import extract
from fetcher.feed import parse_feed
from fetcher.link_page import parse_links
from fetcher.refusals import NotAFeed, NotAnArticle
from fetcher.sitemap import parse_sitemap


def run_job(head: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Run the job that `head` names. Always answers: {"document": ...} or {"refused": kind, "detail": why}."""
    try:
        document = JOBS[head["job"]](head, body)
    except (NotAFeed, NotAnArticle) as error:
        return {"refused": "not_parseable", "detail": str(error)}
    except (MemoryError, RecursionError) as error:
        return {"refused": "parser_crash", "detail": f"{type(error).__name__} on {len(body)} bytes"}
    except Exception as error:
        # Parsers of foreign bytes raise what they like; here that is a property of the document.
        return {"refused": "not_parseable", "detail": f"{type(error).__name__}: {str(error)[:200]}"}
    return {"document": document.model_dump(mode="json")}


def _feed(head: dict[str, Any], body: bytes) -> BaseModel:
    return parse_feed(body, head["url"], head.get("content_type"), head["max_entries"])


def _sitemap(head: dict[str, Any], body: bytes) -> BaseModel:
    return parse_sitemap(body, head["url"], head["max_entries"])


def _links(head: dict[str, Any], body: bytes) -> BaseModel:
    return parse_links(body, head["url"], head.get("content_type"), head["link_pattern"], head["max_entries"])


def _page(head: dict[str, Any], body: bytes) -> BaseModel:
    return extract(body, head["url"], head.get("content_type"))


JOBS: dict[str, Callable[[dict[str, Any], bytes], BaseModel]] = {
    "feed": _feed,
    "sitemap": _sitemap,
    "links": _links,
    "page": _page,
}


SAMPLE_URL = "https://sample.example/2026/ferry"
SAMPLE_PAGE = (
    b'<html lang="en"><head><title>Ferry</title><meta property="og:title" content="Ferry">'
    b'<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ferry"}</script></head><body><article>'
    b"<h1>Ferry</h1>" + b"<p>The mayor told the council on Monday that she supports the ferry.</p>" * 8
    + b"<p>3 March 2026</p></article></body></html>"
)  # fmt: skip
SAMPLES: dict[str, bytes] = {
    "feed": b'<rss version="2.0"><channel><title>Post</title><item><guid>1</guid><title>Ferry &amp; bus</title>'
    b"<pubDate>Tue, 03 Mar 2026 08:00:00 GMT</pubDate><description>&lt;p&gt;Ferry</description></item></channel></rss>",
    "sitemap": b"<urlset><url><loc>https://sample.example/1</loc><lastmod>2026-03-03</lastmod></url></urlset>",
    "links": b'<html><body><a href="/2026/ferry">Ferry</a></body></html>',
    "page": SAMPLE_PAGE,
}


def warm_up() -> None:
    """Run each job once: parsers load tables and compile patterns when they are first used. Raises if one fails."""
    head = {"url": SAMPLE_URL, "content_type": None, "max_entries": 10, "link_pattern": "2026"}
    for job, body in SAMPLES.items():
        answer = run_job({"job": job, **head}, body)
        if "refused" in answer:
            raise RuntimeError(f"the parser cannot read its own sample ({job}): {answer['detail']}")
