"""Feeds for the fetcher to read: answered as good servers do, whole in themselves or with pages of their own."""

from __future__ import annotations

import json

TEXT = "The mayor told the council on Monday that she supports the ferry between the two harbours. " * 6


def feed(*numbers):
    """Stories with their text, so that no page is read."""
    return rss(
        f"<item><title>Story {n}</title><link>https://post.example/{n}</link><guid>https://post.example/{n}</guid>"
        f"<pubDate>Tue, 03 Mar 2026 08:0{n % 10}:00 GMT</pubDate>"
        f'<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">{TEXT} {n}</content:encoded></item>'
        for n in numbers
    )


def rss(items):
    return f'<rss version="2.0"><channel><title>Post</title>{"".join(items)}</channel></rss>'.encode()


def conditional(body, etag):
    """A script that answers as a good server does."""

    def script(visit):
        if visit.headers.get("if-none-match") == etag:
            visit.answer(304)
        else:
            visit.answer(200, body, ETag=etag)

    return script


def serve_long_poll(server, count):
    """A feed of summaries at /feed: each of its `count` stories costs a request for its page."""
    for n in range(count):
        paragraphs = "".join(f"<p>{TEXT} {n}</p>" for _ in range(3))
        server.serve(f"/{n}", f"<html><body><article>{paragraphs}</article></body></html>".encode())
    links = [(n, server.url(f"/{n}")) for n in range(count)]
    body = rss(
        f"<item><title>Story {n}</title><link>{url}</link><description>Short…</description></item>"
        for n, url in links
    )
    server.script("/feed", conditional(body, '"v1"'))


def write_sources(folder, *urls, ceiling=3):
    """A sources.yaml with s0, s1 ... in `folder`."""
    sources = [{"id": f"s{i}", "url": url} for i, url in enumerate(urls)]
    content = {
        "contact": "desk@example.org",
        "allow_internal": ["127.0.0.1/32"],
        "defaults": {"poll": {"floor_seconds": 1, "ceiling_seconds": ceiling}},
        "sources": sources,
    }
    (folder / "sources.yaml").write_text(json.dumps(content))
