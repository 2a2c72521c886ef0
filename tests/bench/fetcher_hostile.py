"""2,000 hostile documents through the parsers: feeds, sitemaps, pages, broken, deep, huge, lying.

    python tests/bench/fetcher_hostile.py [--documents 2000] [--seed 1]

The documents are made from a few seeds by a seeded generator: the same ones in every run. Prints what became of
them, crashes, hangs, and the peak of memory. Exits 1 when one of them takes more than 5 s (wall clock, less the time in
which other programs had the processor), a parser dies by itself (other than by its deadline), or memory passes its cap.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from fetcher.outcomes import Refusal
from fetcher.parse_process import ParseLimits, ParseProcess, waited_seconds

LONGEST_WAIT_SECONDS = 5.0
LIMITS = ParseLimits()

RSS = (
    b'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    b"<channel><title>Post</title><link>https://post.example/</link><ttl>30</ttl>"
    + b"".join(
        b"<item><title>Story &amp; %d</title><link>https://post.example/%d</link><guid>%d</guid><pubDate>Tue, 03 Mar 2026"
        b" 08:00:00 GMT</pubDate><content:encoded><![CDATA[<p>One \xe2\x80\x9cquote\xe2\x80\x9d.</p><p>Two.</p>]]>"
        b"</content:encoded></item>" % (i, i, i)
        for i in range(20)
    )
    + b"</channel></rss>"
)
ATOM = (
    b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://post.example/"><title type="html">P</title>'
    + b'<entry><id>urn:1</id><title>T</title><link href="a"/><updated>2026-03-03T08:00:00Z</updated><content type="xhtml">'
    b'<div xmlns="http://www.w3.org/1999/xhtml"><p>One</p></div></content></entry>' * 20 + b"</feed>"
)
JSON = b'{"version": "https://jsonfeed.org/version/1.1", "title": "P", "items": [{"id": "1", "content_html": "<p>x</p>"}]}'
SITEMAP = (
    b"<urlset>"
    + b"<url><loc>https://post.example/1</loc><lastmod>2026-03-03</lastmod></url>" * 50
    + b"</urlset>"
)
PAGE = (
    b'<!doctype html><html lang=en><head><title>T</title><script type="application/ld+json">{"@type": "NewsArticle",'
    b'"headline": "H", "datePublished": "2026-03-03"}</script></head><body><article><h1>T</h1>'
    + b"<p>The mayor told the council on Monday that she supports the ferry.</p>" * 20
    + b"</article></body></html>"
)
SEEDS = [RSS, ATOM, JSON, SITEMAP, PAGE]
JOBS = ["feed", "sitemap", "page", "links"]


def damaged(chance: random.Random) -> bytes:
    """A good document with bytes flipped, cut, repeated and swapped for markup."""
    data = bytearray(chance.choice(SEEDS))
    for _ in range(chance.randint(1, 30)):
        at = chance.randrange(max(len(data), 1))
        match chance.randrange(5):
            case 0:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del data[at : at + chance.randint(1, 200)]
            case 2:
                data[at:at] = data[at : at + chance.randint(1, 200)] * chance.randint(1, 20)
            case 3:
                data[at:at] = chance.choice(
                    [b"<![CDATA[", b"]]>", b"<!--", b"&#0;", b"&x;", b"<", b">", b"\x00", b"\xff\xfe"]
                )
            case _:
                data[at:at] = chance.choice(SEEDS)[: chance.randint(1, 400)]
    return bytes(data)


def deep(chance: random.Random) -> bytes:
    """Elements in elements in elements."""
    tag = chance.choice(
        [b"<div>", b"<p><b>", b"<table><tr><td>", b"<item>", b"<a>", b"<ul><li>", b"[", b'{"a":']
    )
    return chance.choice([RSS[:300], PAGE[:40], b"", JSON[:70]]) + tag * chance.randint(1_000, 300_000)


def huge(chance: random.Random) -> bytes:
    """One part much larger than it should be."""
    size = chance.randint(200_000, 4_500_000)
    return chance.choice(
        [
            lambda: RSS.replace(b"Post", b"P" * size, 1),
            lambda: (
                b"<rss version='2.0'><channel>"
                + b"<item><guid>1</guid></item>" * (size // 30)
                + b"</channel></rss>"
            ),
            lambda: b"<html><body>" + b'<a href="/x">y</a>' * (size // 20) + b"</body></html>",
            lambda: b"<html " + b"a=b " * (size // 4) + b"><body><p>x</p></body></html>",
            lambda: b"<" * size,
            lambda: b"&" * size,
            lambda: b"<!--" * (size // 4),
            lambda: b"<p>" + b"word " * (size // 5) + b"</p>",
            lambda: b"<p>x<br>" * (size // 8),
            lambda: b"<table>" + b"<tr><td>x</td></tr>" * (size // 20) + b"</table>",
            lambda: PAGE.replace(b'"H"', b'"' + b"h" * size + b'"'),
            lambda: chance.randbytes(size),
        ]
    )()


def lying(chance: random.Random) -> bytes:
    """Entities, encodings and types that are not what they say."""
    levels = chance.randint(2, 14)
    entities = b"".join(b'<!ENTITY e%d "%s">' % (i + 1, b"&e%d;" % i * 10) for i in range(levels))
    return chance.choice(
        [
            lambda: (
                b'<!DOCTYPE r [<!ENTITY e0 "ha">'
                + entities
                + b"]>"
                + RSS[38:].replace(b"Post", b"&e%d;" % levels)
            ),
            lambda: (
                b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + RSS[38:].replace(b"Post", b"&x;")
            ),
            lambda: RSS.replace(
                b"utf-8", chance.choice([b"utf-16", b"utf-7", b"iso-2022-jp", b"nonsense", b"utf-32"])
            ),
            lambda: RSS.decode().encode(chance.choice(["utf-16", "utf-32", "utf-16-le", "cp1252"])),
            lambda: b"\x1f\x8b" + chance.randbytes(500),
            lambda: PAGE.replace(
                b"<head>", b"<head><meta charset=%s>" % chance.choice([b"utf-16", b"big5", b"x", b"utf-7"])
            ),
            lambda: RSS.replace(b"2026", b"99999999999"),
            lambda: JSON.replace(b'"1"', b"1" * 5_000),
        ]
    )()


KINDS: list[Callable[[random.Random], bytes]] = [damaged, damaged, damaged, damaged, deep, huge, lying, lying]


def documents(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    chance = random.Random(seed)
    for _ in range(count):
        yield chance.choice(JOBS), chance.choice(KINDS)(chance)[:5_000_000]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    seen = measure(documents(options.documents, options.seed))
    print(f"{options.documents} hostile documents (seed {options.seed})")
    for fate, count in seen.fates.most_common():
        print(f"  {fate:20} {count:6}")
    cap = LIMITS.memory_bytes / 1e6
    crashes = seen.fates[Refusal.PARSER_CRASH.value]
    print(f"  crashes              {crashes:6}   (limit 0)")
    print(f"  hangs over {LONGEST_WAIT_SECONDS:g} s      {seen.hangs:6}   (limit 0)")
    print(
        f"  slowest              {seen.longest:6.1f} s wall; {seen.longest_undisturbed:.1f} s without the time in which"
        " others had the processor"
    )
    print(f"  parser's peak memory {seen.peak_megabytes:6.0f} MB (cap {cap:.0f} MB)")
    is_good = not seen.hangs and not crashes and seen.peak_megabytes <= cap
    print("passed" if is_good else "FAILED")
    return 0 if is_good else 1


@dataclass
class Seen:
    """What became of the documents, and what the dearest cost."""

    fates: Counter[str] = field(default_factory=Counter)
    hangs: int = 0
    longest: float = 0.0
    longest_undisturbed: float = 0.0
    peak_megabytes: float = 0.0


def measure(given: Iterator[tuple[str, bytes]]) -> Seen:
    parser, seen = ParseProcess(LIMITS), Seen()
    for job, body in given:
        head = {
            "job": job,
            "url": "https://post.example/x",
            "content_type": None,
            "max_entries": 500,
            "link_pattern": ".",
        }
        started, waited_before = time.monotonic(), waited(parser)
        reply = parser.ask(head, body)
        wall = time.monotonic() - started
        undisturbed = wall - min(waited(parser) - waited_before, wall)
        seen.longest = max(seen.longest, wall)
        seen.longest_undisturbed = max(seen.longest_undisturbed, undisturbed)
        seen.hangs += undisturbed > LONGEST_WAIT_SECONDS
        fate = parser.why_it_died(len(body)).reason.value if reply is None else fate_in(reply)
        seen.fates[fate] += 1
        if fate in (Refusal.PARSER_CRASH.value, Refusal.PARSER_DEADLINE.value):
            parser.end()
            parser = ParseProcess(LIMITS)
    parser.end()
    seen.peak_megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    return seen


def fate_in(reply: bytes) -> str:
    """The refusal's name, or "read"."""
    return str(json.loads(reply).get("refused", "read"))


def waited(parser: ParseProcess) -> float:
    """Seconds that the parser (dead or alive) and we ourselves have waited for a processor."""
    return waited_seconds(parser.pid) + waited_seconds(os.getpid())


if __name__ == "__main__":
    sys.exit(main())
