"""Polls over HTTP, from the schedule to the article: engine, reader and parsers against a server that misbehaves."""

from __future__ import annotations

import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from fetcher.engine import Engine
from fetcher.memory import Shard
from fetcher.reading import PollTask, Reader
from fetcher.robots import RobotsCache
from fetcher.source_models import Poll, Source
from fetcher.sources import Catalogue
from fetcher.turns import HostTurns
from stancewatch_shared.clock import FakeClock

from tests.component.fetcher.misbehaving import misbehaving_server

TEXT = "The mayor told the council on Monday that she supports the ferry between the two harbours. " * 8
PARAGRAPHS = [f"Paragraph {n}. {TEXT}" for n in range(3)]


class Desk:
    """A fetcher in one thread: its clock stands still unless told, and what it sends is kept."""

    def __init__(self, fetch_in_turns, parse, *sources):
        self.clock, self.articles, self.states = FakeClock(datetime.now(UTC)), [], {}
        self.seconds = 0.0
        turns = HostTurns(monotonic=lambda: self.seconds)
        fetch = fetch_in_turns(turns)
        self.engine = Engine(self, self.clock, lambda: self.seconds, 4, turns, jitter=lambda: 0.0)
        polls = {source.id: Poll(floor_seconds=60, ceiling_seconds=3600) for source in sources}
        self.engine.use(Catalogue({s.id: s for s in sources}, polls, None, (), ()))
        self.engine.own({n: Shard() for n in range(4)})
        self.reader = Reader(fetch, parse, RobotsCache(fetch, self.clock.now), hands_back=True)

    def publish(self, article, on_done):
        self.articles.append(article)
        on_done(True)

    def remember(self, partition, key, state):
        self.states[key] = state

    def run(self, **later):
        """Do all that is due, `later` from now."""
        self.clock.advance(timedelta(**later))
        self.seconds += timedelta(**later).total_seconds()
        self.engine.tick()
        while (task := self.engine.next_task()) is not None:
            self.engine.on_result(
                self.reader.poll(task) if isinstance(task, PollTask) else self.reader.read_page(task)
            )
            self.engine.tick()

    def state(self, source_id="post"):
        return self.states[f"source/{source_id}"].source


@pytest.fixture
def desk(fetch_in_turns, parse):
    def make(*urls, **options):
        names = ["post", "herald"]
        sources = [Source(id=name, url=url, **options) for name, url in zip(names, urls, strict=False)]
        return Desk(fetch_in_turns, parse, *sources)

    return make


def rss(*links, text=TEXT, title="Story"):
    items = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid><description>{text}</description></item>"
        for link in links
    )
    return f'<rss version="2.0"><channel><title>Post</title>{items}</channel></rss>'.encode()


def page(*paragraphs):
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<html><head><title>Story</title></head><body><article>{body}</article></body></html>".encode()


STORY = "https://post.example/1"


class TestConditionalRequests:
    def test_a_304_without_etag_leaves_the_old_one_in_use(self, server, desk):
        url = server.serve("/feed", rss(STORY), ETag='W/"1"')
        polling = desk(url)
        polling.run()
        server.script("/feed", lambda visit: visit.answer(304))
        polling.run(hours=1)
        polling.run(hours=2)
        assert [visit.headers.get("if-none-match") for visit in server.visits] == [None, 'W/"1"', 'W/"1"']
        assert len(polling.articles) == 1

    def test_a_304_that_nobody_asked_for_is_survived(self, server, desk):
        polling = desk(server.script("/feed", lambda visit: visit.answer(304)))
        polling.run()
        server.serve("/feed", rss(STORY))
        polling.run(hours=1)
        assert len(polling.articles) == 1

    def test_an_etag_that_changes_though_nothing_else_does_sends_nothing_again(self, server, desk):
        url = server.serve("/feed", rss(STORY), ETag='"1"')
        polling = desk(url)
        polling.run()
        server.serve("/feed", rss(STORY), ETag='"2"')
        polling.run(hours=1)
        assert len(polling.articles) == 1


class TestPatience:
    @pytest.mark.parametrize("form", ["seconds", "date"])
    def test_nothing_is_asked_before_retry_after(self, server, desk, form):
        moment = datetime.now(UTC) + timedelta(hours=2)
        wish = "7200" if form == "seconds" else format_datetime(moment, usegmt=True)
        polling = desk(server.script("/feed", lambda visit: visit.answer(429, Retry_After=wish)))
        polling.run()
        polling.run(minutes=110)
        assert len(server.visits) == 1
        polling.run(minutes=30)
        assert len(server.visits) == 2

    def test_the_other_sources_of_the_host_wait_too(self, server, desk):
        tired = server.script("/feed", lambda visit: visit.answer(503, Retry_After="7200"))
        polling = desk(tired, server.serve("/other", rss(STORY)))
        polling.run()
        assert server.paths() == ["/feed"]

    @pytest.mark.parametrize(
        ("headers", "head"),
        [({"Cache_Control": "max-age=1800"}, ""), ({}, "<ttl>30</ttl>")],
        ids=["Cache-Control", "ttl"],
    )
    def test_what_is_fresh_is_not_asked_for_again(self, server, desk, headers, head):
        body = rss(STORY).replace(b"<title>Post</title>", f"<title>Post</title>{head}".encode())
        polling = desk(server.serve("/feed", body, **headers))
        polling.run()
        polling.run(minutes=29)
        assert len(server.visits) == 1
        polling.run(minutes=2)
        assert len(server.visits) == 2

    def test_a_source_that_fails_is_asked_ever_more_rarely(self, server, desk):
        polling = desk(server.serve("/feed", b"", 500))
        for _ in range(60):
            polling.run(minutes=1)
        assert 4 <= len(server.visits) <= 7


class TestMovedAndGone:
    def test_a_permanent_redirect_is_remembered_at_the_third_sighting(self, server, desk):
        server.serve("/new", rss(STORY))
        polling = desk(server.script("/old", lambda visit: visit.answer(301, Location="/new")))
        for _ in range(4):
            polling.run(hours=1)
        assert server.paths() == ["/old", "/new", "/old", "/new", "/old", "/new", "/new"]

    def test_gone_is_never_asked_again(self, server, desk):
        polling = desk(server.serve("/feed", b"", 410))
        polling.run()
        polling.run(days=400)
        assert len(server.visits) == 1
        assert polling.state().is_gone


class TestCharsetLies:
    QUOTE = "“Nous traverserons”, a dit la préfète, «\u202fà l’aube\u202f»."

    @pytest.mark.parametrize("label", ["iso-8859-1", "us-ascii", "utf-16", "no-such-charset"])
    def test_utf_8_is_read_as_such_whatever_the_header_says(self, server, desk, label):
        body = rss(STORY, text=self.QUOTE + TEXT * 3)
        polling = desk(server.serve("/feed", body, Content_Type=f"text/xml; charset={label}"))
        polling.run()
        assert self.QUOTE in polling.articles[0].text

    def test_windows_1252_that_calls_itself_utf_8_is_read(self, server, desk):
        link = server.serve(
            "/1",
            page(f"„Wir wählen“ – sagte sie. {TEXT}", *PARAGRAPHS).decode().encode("cp1252"),
            Content_Type="text/html; charset=utf-8",
        )
        polling = desk(server.serve("/feed", rss(link, text="Short…")))
        polling.run()
        assert polling.articles[0].text.startswith("„Wir wählen“ – sagte sie.")


class TestRevisions:
    def test_an_edited_page_is_a_revision_with_its_diff_and_note(self, server, desk):
        link = server.serve("/1", page(*PARAGRAPHS))
        polling = desk(server.serve("/feed", rss(link, text="Short…")))
        polling.run()
        note = "Correction: An earlier version of this article misstated her view."
        server.serve("/1", page(PARAGRAPHS[0].replace("supports", "opposes"), *PARAGRAPHS[1:], note))
        polling.run(hours=2)
        first, second = polling.articles
        assert (second.id, second.revision) == (first.id, 2)
        assert second.notes == [note]
        assert f"+{note}" in second.change
        assert "opposes" in second.change

    def test_one_story_in_two_feeds_is_one_article(self, server, desk):
        link = server.serve("/1", page(*PARAGRAPHS))
        one = server.serve("/a", rss(f"{link}?utm_source=a", text="Short…"))
        two = server.serve("/b", rss(f"{link}?utm_source=b#top", text="Other…"))
        polling = desk(one, two)
        polling.run()
        polling.run(minutes=90)
        assert len(polling.articles) == 1

    def test_an_agencys_story_in_two_outlets_has_one_signature(self, server, desk):
        from stancewatch_shared.near_duplicates import similarity

        one = server.serve("/a", rss("https://a.example/1", text=" ".join(PARAGRAPHS)))
        two = server.serve("/b", rss("https://b.example/2", text=" ".join(["(SNA)", *PARAGRAPHS])))
        polling = desk(one, two)
        polling.run()
        first, second = polling.articles
        assert first.id != second.id
        assert similarity(first.signature, second.signature) > 0.8


def test_a_source_that_hangs_does_not_delay_another_host(server, hasty, parse):
    freed = threading.Event()

    def loris(visit):
        while not freed.wait(0.1):
            visit.send(b"H")

    with misbehaving_server() as other:
        slow = Source(id="slow", url=server.script("/slow", loris))
        quick = Source(id="quick", url=other.serve("/quick", rss(STORY)))
        desk, results = Desk(lambda _turns: hasty, parse, slow, quick), queue.SimpleQueue()
        parse.warm_up()
        desk.engine.tick()
        with ThreadPoolExecutor(2) as threads:
            while (task := desk.engine.next_task()) is not None:
                threads.submit(lambda task=task: results.put(desk.reader.poll(task)))
            first = results.get(timeout=30)
            freed.set()
    assert first.task.source.id == "quick"
    assert first.document is not None
