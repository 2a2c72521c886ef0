"""A small local web server with the sample papers: RSS, Atom and JSON feeds, and a page for every article.

An article exists once its wave has been released, so the fetcher sees news arrive as it would from the world.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from stories import Outlet, Story


class FeedServer:
    """Serves ``stories`` on 127.0.0.1, wave by wave. A context manager."""

    def __init__(self, stories: Sequence[Story], port: int = 0) -> None:
        self.stories = stories
        self.released_wave = 0
        outer = self

        class Handler(_Handler):
            server_state = outer

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def waves(self) -> list[int]:
        return sorted({story.wave for story in self.stories})

    def release(self, wave: int) -> list[Story]:
        """Publish everything up to ``wave``; returns what is new."""
        new = [story for story in self.stories if self.released_wave < story.wave <= wave]
        self.released_wave = max(self.released_wave, wave)
        return new

    def feed_url(self, outlet: Outlet) -> str:
        return f"{self.base_url}/{outlet.id}/feed"

    def released(self, outlet_id: str) -> list[Story]:
        """What an outlet has published so far, newest first."""
        mine = [s for s in self.stories if s.outlet.id == outlet_id and s.wave <= self.released_wave]
        return sorted(mine, key=lambda story: story.published_at, reverse=True)

    def __enter__(self) -> FeedServer:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    server_state: FeedServer

    def do_GET(self) -> None:
        state = self.server_state
        outlets = {story.outlet.id: story.outlet for story in state.stories}
        outlet_id, _, page = self.path.strip("/").partition("/")
        if outlet_id in outlets and page == "feed":
            outlet = outlets[outlet_id]
            kind, body = render_feed(outlet, state.released(outlet_id), state.base_url)
            self._reply(200, kind, body)
            return
        for story in state.released(outlet_id):
            if story.id == page:
                self._reply(200, "text/html; charset=utf-8", render_page(story, state.base_url))
                return
        self._reply(404, "text/plain; charset=utf-8", "no such page\n")

    def _reply(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        etag = f'"{sha256(body).hexdigest()[:16]}"'
        if status == 200 and self.headers.get("If-None-Match") == etag:
            self.send_response(304)
            self.send_header("ETag", etag)
            self.end_headers()
            return
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", etag)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """The demo's screen belongs to the alerts."""


def render_feed(outlet: Outlet, stories: Sequence[Story], base_url: str) -> tuple[str, str]:
    """Content type and text of the outlet's feed, in its own format."""
    if outlet.format == "json":
        return "application/feed+json", _json_feed(outlet, stories, base_url)
    if outlet.format == "atom":
        return "application/atom+xml", _atom(outlet, stories, base_url)
    return "application/rss+xml", _rss(outlet, stories, base_url)


def render_page(story: Story, base_url: str) -> str:
    """The article as a web page, with the clutter pages have."""
    url = f"{base_url}/{story.outlet.id}/{story.id}"
    paragraphs = "\n".join(f"<p>{escape(part)}</p>" for part in story.paragraphs)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(story.title)} - {escape(story.outlet.name)}</title>
<link rel="canonical" href="{url}"><meta property="og:title" content="{escape(story.title)}">
<meta property="og:type" content="article"><meta property="og:site_name" content="{escape(story.outlet.name)}">
<meta property="article:published_time" content="{story.published_at.isoformat()}"></head>
<body><nav><a href="/">Home</a> <a href="/">Sport</a></nav>
<article><h1>{escape(story.title)}</h1>
<time datetime="{story.published_at.isoformat()}">{story.published_at:%d %B %Y}</time>
{paragraphs}
</article><footer>Subscribe to our newsletter.</footer></body></html>
"""


def _html(story: Story) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in story.paragraphs)


def _rss(outlet: Outlet, stories: Sequence[Story], base_url: str) -> str:
    items = []
    for story in stories:
        body = f"<content:encoded>{escape(_html(story))}</content:encoded>"
        if outlet.format == "summary":
            body = f"<description>{escape(story.paragraphs[0][:120])} ...</description>"
        items.append(
            f"<item><title>{escape(story.title)}</title><link>{base_url}/{outlet.id}/{story.id}</link>"
            f"<guid>{base_url}/{outlet.id}/{story.id}</guid>"
            f"<pubDate>{format_datetime(story.published_at)}</pubDate>{body}</item>"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{escape(outlet.name)}</title><link>{base_url}/{outlet.id}/</link>"
        f"<description>Sample feed</description><language>en</language>{''.join(items)}</channel></rss>"
    )


def _atom(outlet: Outlet, stories: Sequence[Story], base_url: str) -> str:
    newest = max((story.published_at.isoformat() for story in stories), default="2025-01-01T00:00:00+00:00")
    entries = "".join(
        f"<entry><title>{escape(story.title)}</title><id>{base_url}/{outlet.id}/{story.id}</id>"
        f'<link rel="alternate" href="{base_url}/{outlet.id}/{story.id}"/>'
        f"<published>{story.published_at.isoformat()}</published><updated>{story.published_at.isoformat()}</updated>"
        f'<content type="html">{escape(_html(story))}</content></entry>'
        for story in stories
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
        f"<title>{escape(outlet.name)}</title><id>{base_url}/{outlet.id}/</id><updated>{newest}</updated>"
        f"{entries}</feed>"
    )


def _json_feed(outlet: Outlet, stories: Sequence[Story], base_url: str) -> str:
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": outlet.name,
            "home_page_url": f"{base_url}/{outlet.id}/",
            "language": "en",
            "items": [
                {
                    "id": f"{base_url}/{outlet.id}/{story.id}",
                    "url": f"{base_url}/{outlet.id}/{story.id}",
                    "title": story.title,
                    "content_html": _html(story),
                    "date_published": story.published_at.isoformat(),
                }
                for story in stories
            ],
        },
        ensure_ascii=False,
    )
