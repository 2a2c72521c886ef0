"""The fetcher's brain, without network, Kafka or real time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fetcher.documents import Entry, FeedDocument, PageDocument
from fetcher.engine import Engine
from fetcher.memory import Shard, partition_of
from fetcher.outcomes import Failed, Fetched, Gone, HandedBack, Hop, NotModified, Refusal, Refused, Throttled
from fetcher.reading import PageResult, PageTask, PollResult, PollTask
from fetcher.source_models import Poll, Source
from fetcher.sources import Catalogue
from fetcher.turns import HostTurns
from stancewatch_schemas.codec import encode
from stancewatch_schemas.models import SourceState
from stancewatch_shared import metrics
from stancewatch_shared.clock import FakeClock

NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
SOURCE = Source(id="post", name="Harbour Post", url="https://post.example/feed")
TEXT = "The mayor supports the ferry, she told the council on Monday evening. " * 10


class Outbox:
    """Keeps what is sent; acknowledges at once, or when told to."""

    def __init__(self):
        self.articles, self.records, self.waiting = [], {}, []
        self.acknowledges = True

    def publish(self, article, on_done):
        self.articles.append(article)
        if self.acknowledges:
            on_done(True)
        else:
            self.waiting.append(on_done)

    def remember(self, partition, key, state):
        self.records[key] = (partition, state)


class Bench:
    """An engine with everything around it."""

    def __init__(self, *sources, shards=None):
        self.clock, self.outbox, self.seconds = FakeClock(NOW), Outbox(), 0.0
        self.sources = sources or (SOURCE,)
        self.turns = HostTurns(monotonic=lambda: self.seconds)
        self.engine = Engine(self.outbox, self.clock, lambda: self.seconds, 4, self.turns, jitter=lambda: 0.0)
        self.engine.use(catalogue(*self.sources))
        self.engine.own(shards if shards is not None else {i: Shard() for i in range(4)})

    def tasks(self):
        """Everything that may start now."""
        self.engine.tick()
        found = []
        while (task := self.engine.next_task()) is not None:
            found.append(task)
        return found

    def poll(self, *entries, outcome=None, title=""):
        """Run the one poll that is due, with this answer."""
        (task,) = self.tasks()
        assert isinstance(task, PollTask)
        document = FeedDocument(entries=entries, title=title) if outcome is None else None
        self.engine.on_result(
            PollResult(task, outcome or Fetched(task.url, 200, {"etag": '"1"'}, b""), document)
        )
        self.wait(seconds=5)
        return task

    def page(self, text=TEXT, outcome=None, **fields):
        """Run the one page reading that is due, with this answer."""
        (task,) = self.tasks()
        assert isinstance(task, PageTask)
        page = PageDocument(text=text, **fields) if outcome is None else None
        self.engine.on_result(PageResult(task, outcome or Fetched(task.entry.link, 200, {}, b""), page))
        self.wait(seconds=5)
        return task

    def wait(self, **span):
        self.clock.advance(timedelta(**span))
        self.seconds += timedelta(**span).total_seconds()

    @property
    def state(self):
        return self.outbox.records["source/post"][1].source


def catalogue(*sources):
    polls = {s.id: s.poll or Poll() for s in sources}
    return Catalogue({s.id: s for s in sources}, polls, None, (), (Path("sources.yaml"),))


def entry(number=1, **fields):
    given = {
        "guid": f"g{number}",
        "link": f"https://post.example/{number}",
        "title": f"Story {number}",
        "text": TEXT,
    }
    return Entry(**{**given, **fields})


def test_a_source_is_asked_when_it_is_due_and_not_before():
    bench = Bench()
    bench.poll(entry())
    bench.wait(seconds=200)
    assert bench.tasks() == []
    bench.wait(seconds=200)
    assert len(bench.tasks()) == 1


def test_an_article_in_the_feed_is_sent_without_reading_its_page():
    bench = Bench()
    bench.poll(entry(published=NOW - timedelta(hours=1), authors=("Ann Lee",)))
    (article,) = bench.outbox.articles
    assert (article.title, article.source, article.source_id) == ("Story 1", "Harbour Post", "post")
    assert article.published_at == NOW - timedelta(hours=1)
    assert article.first_seen_at == NOW
    assert article.revision == 1
    assert len(article.signature) == 128


def test_a_summary_sends_us_to_the_page():
    bench = Bench()
    bench.poll(entry(text="", summary="The mayor…"))
    assert bench.outbox.articles == []
    bench.page(language="en", published=NOW - timedelta(days=1))
    (article,) = bench.outbox.articles
    assert article.text == TEXT
    assert not article.truncated
    assert article.language == "en"
    assert article.published_at == NOW - timedelta(days=1)


def test_the_validators_go_back_with_the_next_poll():
    bench = Bench()
    bench.poll(entry())
    bench.wait(hours=5)
    assert bench.poll(outcome=NotModified()).etag == '"1"'


def test_what_was_seen_is_not_sent_again():
    bench = Bench()
    bench.poll(entry())
    bench.wait(hours=5)
    bench.poll(entry())
    assert len(bench.outbox.articles) == 1


def test_the_same_article_under_another_address_is_not_sent_again():
    bench = Bench()
    bench.poll(entry())
    bench.wait(hours=5)
    bench.poll(entry(guid="other", link="https://www.post.example/1?utm_source=rss"))
    assert len(bench.outbox.articles) == 1


def test_a_changed_address_with_the_same_guid_is_the_same_article():
    bench = Bench()
    bench.poll(entry())
    bench.wait(hours=5)
    bench.poll(entry(link="https://post.example/1-new-headline", title="New headline"))
    first, second = bench.outbox.articles
    assert (second.id, second.revision) == (first.id, 2)


def test_an_edit_in_the_feed_is_a_revision_with_a_diff():
    bench = Bench()
    bench.poll(entry())
    bench.wait(hours=5)
    bench.poll(entry(text=TEXT.replace("supports", "opposes")))
    second = bench.outbox.articles[1]
    assert second.revision == 2
    assert "+The mayor opposes" in second.change
    assert second.updated_at == bench.clock.now() - timedelta(seconds=5)


def test_an_edit_on_the_page_alone_is_found_an_hour_later():
    bench = Bench()
    bench.poll(entry(text="", summary="x"))
    bench.page()
    bench.wait(hours=5)
    bench.poll(outcome=NotModified())
    bench.page(TEXT + "\n\nCorrection: it was Tuesday.")
    second = bench.outbox.articles[1]
    assert second.revision == 2
    assert second.notes == ["Correction: it was Tuesday."]


def test_a_page_is_read_again_three_times_only():
    bench = Bench()
    bench.poll(entry(text="", summary="x"))
    bench.page()
    for _ in range(3):
        bench.wait(hours=25)
        bench.poll(outcome=NotModified())
        bench.page()
    bench.wait(hours=25)
    bench.poll(outcome=NotModified())
    assert bench.tasks() == []
    assert len(bench.outbox.articles) == 1


def test_rereading_a_page_does_not_make_the_feed_look_changed():
    bench = Bench()
    bench.poll(entry(text="", summary="x"))
    bench.page()
    bench.wait(hours=5)
    bench.poll(outcome=NotModified())
    bench.page()
    bench.wait(hours=5)
    bench.poll(entry(text="", summary="x"))
    assert all(not isinstance(t, PageTask) or t.is_recheck for t in bench.tasks())


@pytest.mark.parametrize(
    "outcome",
    [Refused(Refusal.ROBOTS, "forbidden"), Refused(Refusal.HTTP_ERROR, "403")],
    ids=["robots", "403"],
)
def test_a_page_that_may_not_be_read_leaves_a_stub(outcome):
    bench = Bench()
    bench.poll(entry(text="", summary="The mayor spoke."))
    bench.page(outcome=outcome)
    (article,) = bench.outbox.articles
    assert article.truncated
    assert article.text == "The mayor spoke."


def test_a_passing_fault_of_a_page_is_tried_again_before_a_stub_is_sent():
    bench = Bench()
    bench.poll(entry(text="", summary="The mayor spoke."))
    bench.page(outcome=Failed("timeout"))
    assert bench.outbox.articles == []
    bench.wait(minutes=1)
    bench.page()
    assert not bench.outbox.articles[0].truncated


def test_after_three_faults_the_stub_is_sent():
    bench = Bench()
    bench.poll(entry(text="", summary="The mayor spoke."))
    for _ in range(3):
        bench.page(outcome=Failed("timeout"))
        bench.wait(minutes=3)
    assert bench.outbox.articles[0].truncated


def test_a_paywall_is_marked():
    bench = Bench()
    bench.poll(entry(text="", summary="x"))
    bench.page("The mayor spoke.", mark="paywall_stub")
    assert bench.outbox.articles[0].truncated


def test_a_host_that_asks_for_a_wait_is_left_alone_by_all_sources():
    other = Source(id="sport", url="https://post.example/sport")
    bench = Bench(SOURCE, other)
    first = bench.tasks()[0]
    bench.turns.rest(first.host, 7200, 429)
    bench.engine.on_result(PollResult(first, Throttled(429, timedelta(hours=2))))
    bench.wait(minutes=30)
    assert bench.tasks() == []
    bench.wait(minutes=91)
    assert [task.source.id for task in bench.tasks()] == ["sport"]


def test_a_wait_that_was_asked_for_survives_a_new_catalogue():
    bench = Bench()
    bench.poll(outcome=Throttled(429, timedelta(hours=20)))
    bench.wait(hours=19)
    bench.engine.use(catalogue(SOURCE))
    bench.wait(minutes=30)
    assert bench.tasks() == []


def test_hours_that_a_feed_skips_hold_after_a_new_catalogue():
    bench = Bench()
    (task,) = bench.tasks()
    document = FeedDocument(entries=(entry(),), skip_hours=tuple(range(12, 20)))
    bench.engine.on_result(PollResult(task, Fetched(task.url, 200, {}, b""), document))
    bench.engine.use(catalogue(SOURCE))
    bench.wait(hours=7, minutes=59)
    assert bench.tasks() == []
    bench.wait(minutes=2)
    assert len(bench.tasks()) == 1


def test_a_failing_source_delays_no_other():
    other = Source(id="other", url="https://other.example/feed")
    bench = Bench(SOURCE, other)
    assert {task.source.id for task in bench.tasks()} == {"post", "other"}


class TestRedirectToAHostThatIsBusy:
    HOP = Hop(301, "https://moved.example/feed")

    def handed_back(self, *sources):
        bench = Bench(*sources)
        task = next(task for task in bench.tasks() if task.source.id == "post")
        bench.turns.rest("moved.example", 5, 429)
        bench.engine.on_result(PollResult(task, HandedBack("busy", hops=(self.HOP,))))
        return bench

    def test_it_goes_on_when_that_host_is_free(self):
        bench = self.handed_back()
        assert bench.tasks() == []
        bench.wait(seconds=6)
        (task,) = bench.tasks()
        assert (task.host, task.url, task.hops) == ("moved.example", SOURCE.url, (self.HOP,))

    def test_it_is_neither_a_failure_nor_a_second_poll(self):
        bench = self.handed_back()
        bench.wait(seconds=6)
        bench.poll(entry())
        assert (bench.state.failures, len(bench.outbox.articles)) == (0, 1)
        assert bench.tasks() == []

    def test_the_host_that_it_came_from_is_free_for_others(self):
        other = Source(id="sport", url="https://post.example/sport")
        bench = self.handed_back(SOURCE, other)
        assert [task.source.id for task in bench.tasks()] == ["sport"]


def test_two_feeds_that_bring_one_article_at_once_send_it_once():
    other = Source(id="sport", url="https://sport.example/feed")
    bench = Bench(SOURCE, other)
    bench.outbox.acknowledges = False
    for task in bench.tasks():
        document = FeedDocument(entries=(entry(guid=task.source.id),))
        bench.engine.on_result(PollResult(task, Fetched(task.url, 200, {}, b""), document))
    assert len(bench.outbox.articles) == 1


def test_a_gone_source_is_not_asked_again():
    bench = Bench()
    bench.poll(outcome=Gone())
    bench.wait(days=30)
    assert bench.tasks() == []
    assert bench.state.is_gone


class TestDelivery:
    def test_an_article_is_known_only_when_it_is_delivered(self):
        bench = Bench()
        bench.outbox.acknowledges = False
        bench.poll(entry())
        assert bench.outbox.records == {}
        bench.outbox.waiting.pop()(True)
        assert set(bench.outbox.records) == {f"article/{bench.outbox.articles[0].id}", "source/post"}

    def test_an_article_that_was_not_delivered_is_found_again(self):
        bench = Bench()
        bench.outbox.acknowledges = False
        bench.poll(entry())
        bench.outbox.waiting.pop()(False)
        assert bench.state.etag is None
        bench.outbox.acknowledges = True
        bench.wait(hours=5)
        bench.poll(entry())
        assert [a.revision for a in bench.outbox.articles] == [1, 1]


class TestSharing:
    def records(self, bench):
        shards = {i: Shard() for i in range(4)}
        for key, (partition, state) in bench.outbox.records.items():
            shards[partition].apply(key.encode(), encode(state), bench.clock.now())
        return shards

    def test_another_process_goes_on_where_the_first_stopped(self):
        first = Bench()
        first.poll(entry())
        second = Bench(shards=self.records(first))
        assert second.tasks() == []
        second.wait(hours=5)
        assert second.poll(entry()).etag == '"1"'
        assert second.outbox.articles == []

    def test_a_source_of_another_share_is_not_asked(self):
        mine = partition_of(SOURCE, 4)
        assert Bench(shards={i: Shard() for i in range(4) if i != mine}).tasks() == []

    def test_a_share_that_is_taken_away_in_the_middle_leaves_no_trace(self):
        bench = Bench()
        (task,) = bench.tasks()
        bench.engine.own({})
        bench.engine.on_result(
            PollResult(task, Fetched(task.url, 200, {}, b""), FeedDocument(entries=(entry(),)))
        )
        assert bench.outbox.articles == []
        assert bench.engine.is_idle

    def test_sources_of_one_host_belong_together(self):
        other = Source(id="sport", url="https://post.example/sport.xml")
        assert partition_of(other, 997) == partition_of(SOURCE, 997)


class TestReload:
    def test_a_source_that_is_added_is_asked_at_once(self):
        bench = Bench()
        bench.poll(entry())
        other = Source(id="other", url="https://other.example/feed")
        bench.engine.use(catalogue(SOURCE, other))
        assert [task.source.id for task in bench.tasks()] == ["other"]

    def test_a_source_that_is_taken_out_is_not_asked_again(self):
        bench = Bench()
        bench.poll(entry())
        bench.engine.use(catalogue())
        bench.wait(days=1)
        assert bench.tasks() == []

    def test_a_new_address_starts_afresh(self):
        bench = Bench()
        bench.poll(entry())
        bench.engine.use(catalogue(SOURCE.model_copy(update={"url": "https://post.example/new"})))
        (task,) = bench.tasks()
        assert (task.url, task.etag) == ("https://post.example/new", None)


def test_a_source_that_is_read_otherwise_from_now_on_is_asked_at_once_for_everything():
    bench = Bench()
    bench.poll(entry())
    bench.engine.use(catalogue(SOURCE.model_copy(update={"max_entries": 9})))
    (task,) = bench.tasks()
    assert task.etag is None


class TestSettingsChangedWhileStopped:
    """After a restart only the topic's memory is left; an unchanged page would hide the new settings by its 304."""

    def restarted(self, **changes):
        """A fetcher that takes over the memory of one that polled, with other settings in sources.yaml."""
        first = Bench()
        first.poll(entry())
        partition, state = first.outbox.records["source/post"]
        shards = {i: Shard() for i in range(4)}
        shards[partition].apply(b"source/post", encode(state), NOW)
        return Bench(SOURCE.model_copy(update=changes), shards=shards)

    def test_everything_is_asked_for_at_once(self):
        (task,) = self.restarted(max_entries=9).tasks()
        assert (task.etag, task.last_modified) == (None, None)

    def test_a_304_that_comes_all_the_same_does_not_count_as_read(self):
        bench = self.restarted(max_entries=9)
        bench.poll(outcome=NotModified())
        bench.wait(hours=5)
        assert bench.poll(entry()).etag is None
        bench.wait(hours=5)
        assert bench.tasks()[0].etag == '"1"'

    def test_a_failure_does_not_count_as_read_and_is_waited_out(self):
        bench = self.restarted(max_entries=9)
        bench.poll(outcome=Failed("timeout"))
        bench.engine.use(catalogue(*bench.sources))
        assert bench.tasks() == []
        bench.wait(hours=25)
        assert bench.tasks()[0].etag is None

    def test_other_changes_leave_everything_as_it_was(self):
        assert self.restarted(name="Post").tasks() == []

    def test_memory_from_before_this_was_remembered_costs_one_whole_answer_in_its_time(self):
        shards = {i: Shard() for i in range(4)}
        state = SourceState(url=SOURCE.url, etag='"1"', next_poll_at=NOW + timedelta(minutes=9))
        shards[partition_of(SOURCE, 4)].sources["post"] = state
        bench = Bench(shards=shards)
        assert bench.tasks() == []
        bench.wait(minutes=10)
        assert bench.poll(entry()).etag is None
        bench.wait(hours=5)
        assert bench.tasks()[0].etag == '"1"'


def test_a_source_that_only_got_another_name_is_asked_when_it_was_due():
    bench = Bench()
    bench.poll(entry())
    bench.engine.use(catalogue(SOURCE.model_copy(update={"name": "Post"})))
    assert bench.tasks() == []


def test_a_source_that_is_taken_over_is_in_the_metrics_at_once():
    first = Bench()
    first.poll(entry(published=NOW - timedelta(hours=1)))
    shards = first.engine.memory.shards
    first.engine.own({})
    gauge = metrics.NEWEST_ARTICLE_TIME
    assert ("post",) not in gauge._metrics
    Bench(shards=shards)
    assert gauge.labels("post")._value.get() == (NOW - timedelta(hours=1)).timestamp()


class TestForgetting:
    def bench_after_a_month(self):
        bench = Bench()
        bench.poll(entry())
        self.key = f"article/{bench.outbox.articles[0].id}"
        bench.wait(days=31)
        return bench

    def is_forgotten(self, bench):
        bench.engine.forget_old()
        return bench.outbox.records[self.key][1] is None

    def test_an_article_that_the_feed_does_not_show_for_a_month_is_forgotten(self):
        bench = self.bench_after_a_month()
        bench.poll(entry(2))
        assert self.is_forgotten(bench)

    def test_an_article_that_is_still_shown_is_kept(self):
        bench = self.bench_after_a_month()
        bench.poll(entry())
        assert not self.is_forgotten(bench)

    @pytest.mark.parametrize("outcome", [NotModified(), Failed("no route")], ids=["304", "unreachable"])
    def test_a_feed_that_showed_nothing_anew_keeps_its_articles(self, outcome):
        bench = self.bench_after_a_month()
        bench.poll(outcome=outcome)
        assert not self.is_forgotten(bench)

    def test_a_source_that_was_taken_out_keeps_none(self):
        bench = self.bench_after_a_month()
        bench.engine.use(catalogue())
        assert self.is_forgotten(bench)
