"""Pages of our own writing in the layouts that newsrooms use, each with the text that an editor would keep."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

SENTENCES = [
    "The mayor told the council on Monday that she would support the ferry between the two harbours.",
    "“We have waited ten years for this link,” she said, “and I will not let it wait for another.”",
    "Her deputy, who had opposed the plan in the spring, declined to say how he would vote.",
    "The harbour authority has yet to publish its figures on the cost of the new pier.",
    "Fishermen who use the northern basin fear that the service would crowd them out.",
    "A study from last year put the price at eleven million, most of it for the pier.",
    "“Nobody has asked us,” said the head of the fishermen’s union after the meeting.",
    "The council will vote in the second week of May, after a public hearing.",
    "If the plan passes, the first boats could run before the end of next year.",
    "The minister of transport has promised to pay a third of the costs under one condition.",
    "Opponents collected four thousand signatures within a month, the clerk confirmed.",
    "The previous council rejected a similar plan by a single vote eight years ago.",
]
LINKS = [
    "Storm closes coast road",
    "School roof to be repaired",
    "Market returns to old town",
    "Toll to rise in June",
]
STYLE = (
    "<style>.a{color:red}</style><script>var tracking = {page: 'article', words: 'many words here'};</script>"
)


@dataclass(frozen=True)
class Page:
    """A page and its gold text."""

    layout: str
    body: bytes
    text: str
    url: str = "https://post.example/2026/ferry"
    content_type: str = "text/html; charset=utf-8"


def paragraphs(chance: random.Random, count: int) -> list[str]:
    return [" ".join(chance.sample(SENTENCES, chance.randint(1, 3))) for _ in range(count)]


def as_p(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def frame(inner: str, head: str = "") -> str:
    menu = "".join(
        f'<li><a href="/{name}">{name}</a></li>' for name in ("News", "Sport", "Business", "Weather", "Jobs")
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Ferry plan | Harbour Post</title>{head}{STYLE}'
        f'</head><body><header><div class="logo">Harbour Post</div><nav><ul>{menu}</ul></nav></header>{inner}'
        "<footer><p>© 2026 Harbour Post. All rights reserved.</p><a href='/imprint'>Imprint</a></footer></body></html>"
    )


def related() -> str:
    items = "".join(f'<li><a href="/{i}"><h3>{title}</h3></a></li>' for i, title in enumerate(LINKS))
    return f'<aside class="related"><h2>Related stories</h2><ul>{items}</ul></aside>'


def plain(texts: list[str]) -> str:
    return frame(f"<main><article><h1>Ferry plan</h1>{as_p(texts)}</article></main>")


def with_related_inside(texts: list[str]) -> str:
    half = len(texts) // 2
    return frame(
        f"<main><article><h1>Ferry plan</h1>{as_p(texts[:half])}{related()}{as_p(texts[half:])}</article></main>"
    )


def soup_of_divs(texts: list[str]) -> str:
    inner = "".join(f'<div class="css-1x8"><div><span>{text}</span></div></div>' for text in texts)
    return frame(
        f'<div id="root"><div class="c1"><div class="story-body">{inner}</div><div class="c2">{related()}</div></div></div>'
    )


def old_table(texts: list[str]) -> str:
    menu = "".join(f'<a href="/{i}">{title}</a><br>' for i, title in enumerate(LINKS))
    body = "<br><br>".join(texts)
    return frame(f'<table><tr><td width="120">{menu}</td><td><font size="2">{body}</font></td></tr></table>')


def with_comments(texts: list[str]) -> str:
    comments = "".join(
        f'<div class="comment"><b>reader{i}</b><p>I think the ferry is a bad idea and always was.</p></div>'
        for i in range(8)
    )
    return frame(
        f'<article><h1>Ferry plan</h1>{as_p(texts)}</article><section id="comments" class="comments"><h2>Comments</h2>{comments}</section>'
    )


def with_banners(texts: list[str]) -> str:
    banner = '<div class="cookie-banner"><p>We use cookies to improve your experience. <button>Accept</button></p></div>'
    letter = '<div class="newsletter"><p>Sign up for our daily newsletter</p><form><input><button>Go</button></form></div>'
    half = len(texts) // 2
    return frame(
        f"{banner}<article><h1>Ferry plan</h1>{as_p(texts[:half])}{letter}<p>Advertisement</p>{as_p(texts[half:])}</article>"
    )


def with_figures(texts: list[str]) -> str:
    figure = "<figure><img src='/a.jpg'><figcaption>The northern basin. Photo: staff</figcaption></figure>"
    tags = '<ul class="tags"><li><a href="/t/1">Ferry</a></li><li><a href="/t/2">Council</a></li></ul>'
    return frame(
        f"<article><h1>Ferry plan</h1>{figure}{as_p(texts)}{tags}<div class='share'>Share this article</div></article>"
    )


def with_bio(texts: list[str]) -> str:
    bio = '<div class="author-bio"><p>Ann Lee has covered the council since 2011.</p></div>'
    most_read = f'<div class="sidebar"><h4>Most read</h4>{"".join(f"<a href=/{i}>{t}</a>" for i, t in enumerate(LINKS))}</div>'
    return frame(
        f'<div class="wrap"><article><h1>Ferry plan</h1><p class="byline">By Ann Lee</p>{as_p(texts)}</article>{bio}{most_read}</div>'
    )


def for_machines(texts: list[str]) -> str:
    data = {"@type": "NewsArticle", "headline": "Ferry plan", "articleBody": "\n\n".join(texts)}
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    return frame(f'<article><h1>Ferry plan</h1><p>{texts[0]}</p><div id="app"></div></article>', script)


def sections(texts: list[str]) -> str:
    parts = "".join(
        f"<section><h2>Part {i}</h2><div class='text'><p>{text}</p></div></section>"
        for i, text in enumerate(texts, 1)
    )
    return frame(f'<main role="main"><div itemprop="articleBody">{parts}</div></main>{related()}')


LAYOUTS: list[Callable[[list[str]], str]] = [
    plain, with_related_inside, soup_of_divs, old_table, with_comments, with_banners, with_figures, with_bio,
    for_machines, sections,
]  # fmt: skip


def pages(per_layout: int, seed: int) -> Iterator[Page]:
    """`per_layout` pages in each layout."""
    chance = random.Random(seed)
    for layout in LAYOUTS:
        for _ in range(per_layout):
            texts = paragraphs(chance, chance.randint(5, 12))
            yield Page(layout.__name__, layout(texts).encode(), "\n\n".join(texts))
