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
