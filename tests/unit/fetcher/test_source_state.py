"""What is remembered of a source after a poll."""

from datetime import UTC, datetime, timedelta

from fetcher.documents import Entry, FeedDocument
from fetcher.outcomes import Failed, Fetched, Gone, Hop, NotModified
from fetcher.reading import PollResult, PollTask
from fetcher.schedule import Bounds
from fetcher.source_models import Source
from fetcher.source_state import after_poll, fresh, poll_url

NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
BOUNDS = Bounds(timedelta(minutes=5), timedelta(hours=4))
SOURCE = Source(id="post", url="https://post.example/feed")
FEED = FeedDocument(title="Post", entries=(Entry(guid="1", published=NOW - timedelta(hours=1)),))


def polled(outcome, document=None, before=None, complete=True):
    result = PollResult(PollTask(SOURCE, SOURCE.url), outcome, document)
    return after_poll(
        before or fresh(SOURCE), result, now=NOW, bounds=BOUNDS, found_new=0, is_complete=complete, jitter=0.0
    )[0]


def fetched(hops=(), **headers):
    return Fetched("https://post.example/feed", 200, headers, b"", hops)


def test_validators_are_kept_verbatim():
    state = polled(fetched(etag='W/"1"', **{"last-modified": "yesterday"}), FEED)
    assert (state.etag, state.last_modified) == ('W/"1"', "yesterday")


def test_validators_are_dropped_while_an_article_is_missing():
    assert polled(fetched(etag='"1"'), FEED, complete=False).etag is None


def test_a_sitemap_index_keeps_none_as_its_sitemaps_change_without_it():
    assert polled(fetched(etag='"1"'), FeedDocument(kind="sitemap-index")).etag is None


def test_a_304_without_etag_keeps_the_old_one():
    before = polled(fetched(etag='"1"'), FEED)
    assert polled(NotModified(), before=before).etag == '"1"'


def test_a_304_with_a_new_etag_replaces_the_old_one():
    before = polled(fetched(etag='"1"'), FEED)
    assert polled(NotModified({"etag": '"2"'}), before=before).etag == '"2"'


class TestWhatTheFeedAsksFor:
    """A 304 repeats nothing: what the feed said stays said until it says otherwise."""

    WISHES = FEED.model_copy(
        update={"skip_hours": tuple(range(10, 20)), "skip_days": (2,), "ttl_seconds": 3600}
    )

    def test_skipped_hours_hold_after_a_304(self):
        before = polled(fetched(etag='"1"'), self.WISHES)
        state = polled(NotModified(), before=before)
        assert state.next_poll_at == NOW.replace(hour=20)
        assert state.skip_hours == list(range(10, 20))

    def test_skipped_hours_hold_after_a_failure(self):
        before = polled(fetched(), self.WISHES)
        assert polled(Failed("timeout"), before=before).next_poll_at == NOW.replace(hour=20)

    def test_skipped_days_are_remembered_too(self):
        before = polled(fetched(), self.WISHES)
        assert polled(NotModified(), before=before).skip_days == [2]

    def test_the_ttl_holds_after_a_304(self):
        before = polled(fetched(), FEED.model_copy(update={"ttl_seconds": 3600}))
        restless = before.model_copy(update={"interval_seconds": 60})
        assert polled(NotModified(), before=restless).next_poll_at == NOW + timedelta(hours=1)

    def test_a_feed_that_asks_for_it_no_longer_is_asked_again(self):
        before = polled(fetched(), self.WISHES)
        assert polled(fetched(), FEED, before=before).skip_hours == []


def test_failures_are_counted_and_forgiven():
    failed = polled(Failed("x"), before=polled(Failed("x")))
    assert failed.failures == 2
    assert polled(fetched(), FEED, before=failed).failures == 0


def test_a_failure_keeps_the_validators():
    before = polled(fetched(etag='"1"'), FEED)
    assert polled(Failed("x"), before=before).etag == '"1"'


def test_gone_is_remembered():
    state = polled(Gone())
    assert state.is_gone
    assert state.next_poll_at is None


class TestMoving:
    def moved(self, times, status=301):
        state = fresh(SOURCE)
        for _ in range(times):
            state = polled(fetched(hops=(Hop(status, "https://new.example/feed"),)), FEED, before=state)
        return state

    def test_two_sightings_of_a_permanent_redirect_are_not_enough(self):
        assert poll_url(self.moved(2)) == SOURCE.url

    def test_three_are(self):
        assert poll_url(self.moved(3)) == "https://new.example/feed"

    def test_a_temporary_redirect_never_moves_a_source(self):
        assert poll_url(self.moved(9, status=302)) == SOURCE.url

    def test_a_direct_answer_at_the_new_place_keeps_it(self):
        assert poll_url(polled(fetched(), FEED, before=self.moved(3))) == "https://new.example/feed"

    def test_a_direct_answer_before_that_starts_the_count_again(self):
        assert polled(fetched(), FEED, before=self.moved(2)).moved_sightings == 0
