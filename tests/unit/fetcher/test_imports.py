"""Folders, JSONL, OPML, and the spool of a backfill."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fetcher.documents import Entry, FeedDocument, PageDocument
from fetcher.fill_spool import Wanted, fill_spool
from fetcher.folder import FolderReader, Problem, read_file
from fetcher.history import inputs_of
from fetcher.opml import read_opml, write_opml
from fetcher.outcomes import Failed, Fetched, Refusal, Refused
from fetcher.reading import PageResult, PollResult, Reader
from fetcher.source_models import Source
from fetcher.spool import Spool
from stancewatch_schemas.models import Article
from stancewatch_shared.errors import UserError

LINE = {"id": "a1", "source": "Post", "url": "https://post.example/1", "published_at": "2026-03-03T08:00:00Z",
        "title": "Ferry", "text": "The mayor supports “the ferry”."}  # fmt: skip


def no_parser(model, head, body):
    raise AssertionError("nothing here is for the parser")


def jsonl(path, *lines):
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return path


def test_a_line_becomes_an_entry_with_its_own_id(tmp_path):
    (entry,) = read_file(jsonl(tmp_path / "a.jsonl", LINE), no_parser)
    assert (entry.article_id, entry.source_name, entry.text) == ("a1", "Post", LINE["text"])
    assert entry.published == datetime(2026, 3, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("5", "an article is an object"),
        ({**LINE, "published_at": "soon"}, "write 2026"),
        ({**LINE, "text": " "}, "text: there is none"),
        ({"published_at": LINE["published_at"], "text": "x"}, "needs an id or a url"),
        ({"id": "a", "text": "x"}, "published_at"),
    ],
)
def test_a_bad_line_is_told_and_the_others_are_read(tmp_path, line, reason):
    first, bad, last = read_file(jsonl(tmp_path / "a.jsonl", LINE, line, {**LINE, "id": "a2"}), no_parser)
    assert isinstance(bad, Problem)
    assert bad.line == 2
    assert reason in bad.reason
    assert (first.article_id, last.article_id) == ("a1", "a2")


class TestFolder:
    @pytest.fixture
    def look(self, tmp_path):
        source = Source(id="f", type="folder", path=tmp_path)
        reader = FolderReader()

        def look(etag=None, reader=reader):
            outcome, document = reader.read(source, etag, no_parser)
            entries = document.entries if document else ()
            return getattr(outcome, "headers", {}).get("etag"), [entry.article_id for entry in entries]

        return look

    def test_what_was_delivered_is_not_read_again(self, look, tmp_path):
        jsonl(tmp_path / "a.jsonl", LINE)
        etag, found = look()
        assert found == ["a1"]
        assert look(etag) == (None, [])

    def test_what_was_not_delivered_is_read_again(self, look, tmp_path):
        jsonl(tmp_path / "a.jsonl", LINE)
        look()
        assert look(None)[1] == ["a1"]

    def test_of_a_changed_folder_only_the_changed_files_are_read(self, look, tmp_path):
        jsonl(tmp_path / "a.jsonl", LINE)
        etag, _ = look()
        jsonl(tmp_path / "b.jsonl", {**LINE, "id": "b1"})
        assert look(etag)[1] == ["b1"]

    def test_an_unchanged_folder_is_not_read_after_a_restart(self, look, tmp_path):
        jsonl(tmp_path / "a.jsonl", LINE)
        etag, _ = look()
        assert look(etag, FolderReader()) == (None, [])

    def test_a_changed_folder_is_read_whole_after_a_restart(self, look, tmp_path):
        jsonl(tmp_path / "a.jsonl", LINE)
        etag, _ = look()
        jsonl(tmp_path / "b.jsonl", {**LINE, "id": "b1"})
        assert look(etag, FolderReader())[1] == ["a1", "b1"]


def test_a_file_larger_than_its_limit_is_refused_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr("fetcher.folder.MAX_JSON_BYTES", 1_000_000)
    (tmp_path / "a.json").write_text(" " * 1_000_001)
    (problem,) = read_file(tmp_path / "a.json", no_parser)
    assert problem.reason == "larger than 1 MB; write it as JSONL, one article a line"


def test_a_text_file_is_a_headline_and_a_text(tmp_path):
    (tmp_path / "a.txt").write_text("Headline\n\nFirst paragraph.\n")
    (entry,) = read_file(tmp_path / "a.txt", no_parser)
    assert (entry.title, entry.text) == ("Headline", "First paragraph.")


def test_inputs_are_files_folders_and_addresses(tmp_path):
    jsonl(tmp_path / "a.jsonl", LINE)
    (tmp_path / "b.warc.gz").write_bytes(b"")
    (tmp_path / "notes.pdf").write_bytes(b"")
    found = inputs_of((str(tmp_path), "https://post.example/feed"))
    assert [Path(name).name for name in found] == ["a.jsonl", "b.warc.gz", "feed"]


@pytest.mark.parametrize("name", ["missing.jsonl", "notes.pdf", "empty"])
def test_an_input_that_cannot_be_read_is_an_error(tmp_path, name):
    (tmp_path / "notes.pdf").write_bytes(b"")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError):
        inputs_of((str(tmp_path / name),))


class TestOpml:
    def test_nested_outlines_become_sources_with_ids_of_their_own(self, tmp_path):
        (tmp_path / "f.opml").write_text(
            '<opml version="2.0"><body><outline text="News"><outline text="Harbour Post" xmlUrl="https://a.example/f"/>'
            '<outline text="Harbour Post" xmlUrl="https://b.example/f"/><outline text="Bad" xmlUrl="gopher://x"/>'
            "</outline></body></opml>"
        )
        first, second, bad = read_opml(tmp_path / "f.opml")
        assert (first.id, second.id) == ("harbour-post", "harbour-post-2")
        assert "only http" in bad

    def test_what_is_written_can_be_read(self, tmp_path):
        source = Source(id="harbour-post", name="Harbour & Post", url="https://a.example/f?a=1&b=2")
        (tmp_path / "f.opml").write_text(write_opml([source], "Mine"))
        assert list(read_opml(tmp_path / "f.opml")) == [source]

    def test_ids_are_readable_and_repeated_addresses_are_told(self, tmp_path):
        lines = "".join(
            f'<outline text="{t}" xmlUrl="https://a.example/{u}"/>' for t, u in [("Écho & Co", 1), ("B", 1)]
        )
        (tmp_path / "f.opml").write_text(
            f'<opml version="2.0"><body>{lines.replace("&", "&amp;")}</body></opml>'
        )
        first, left_out = read_opml(tmp_path / "f.opml")
        assert (first.id, first.name) == ("echo-co", "Écho & Co")
        assert left_out.startswith("B: ")

    @pytest.mark.parametrize("text", ["", "<html></html>", "<opml>"])
    def test_what_is_no_opml_is_an_error(self, tmp_path, text):
        (tmp_path / "f.opml").write_text(text)
        with pytest.raises(UserError, match="not OPML"):
            list(read_opml(tmp_path / "f.opml"))


class TestSpool:
    def article(self, number, year):
        moment = datetime(year, 1, 1, tzinfo=UTC)
        return Article(
            id=f"a{number}", source="P", url="", published_at=moment, title="", text="", backfill=True
        )

    def test_articles_come_out_oldest_first(self, tmp_path):
        with Spool(tmp_path / "s.sqlite") as spool:
            spool.add([self.article(1, 2020), self.article(2, 2010)], "in", 2, is_done=True)
            assert [a.id for a in next(spool.waiting(10))] == ["a2", "a1"]

    def test_an_interrupted_sending_goes_on_where_it_stopped(self, tmp_path):
        with Spool(tmp_path / "s.sqlite") as spool:
            spool.add([self.article(i, 2000 + i) for i in range(4)], "in", 4, is_done=True)
            spool.mark_sent(next(spool.waiting(3)))
        with Spool(tmp_path / "s.sqlite") as spool:
            assert spool.counts() == (4, 1)
            assert [a.id for a in next(spool.waiting(10))] == ["a3"]

    def test_an_interrupted_reading_knows_how_far_it_came(self, tmp_path):
        with Spool(tmp_path / "s.sqlite") as spool:
            spool.add([self.article(1, 2020)], "in", 500, is_done=False)
        with Spool(tmp_path / "s.sqlite") as spool:
            assert spool.taken("in") == (500, False)

    def test_a_repeated_article_is_kept_once(self, tmp_path):
        with Spool(tmp_path / "s.sqlite") as spool:
            spool.add([self.article(1, 2020), self.article(1, 2021)], "in", 2, is_done=True)
            assert spool.counts() == (1, 1)


class TestFillSpool:
    @pytest.fixture
    def fill(self, tmp_path):
        """Read the inputs into one spool; returns how many articles it holds and how many wait."""

        def fill(*inputs, feed=None):
            tools = Reader(lambda url, *_, **__: Fetched(url, 200, {}, b""), lambda *_: feed, None)
            with Spool(tmp_path / "s.sqlite") as spool:
                fill_spool(spool, list(inputs), tools, Wanted("Post"))
                return spool.counts()

        return fill

    def send_all(self, tmp_path):
        with Spool(tmp_path / "s.sqlite") as spool:
            spool.mark_sent(next(spool.waiting(100)))

    def test_a_file_is_read_once(self, fill, tmp_path):
        path = str(jsonl(tmp_path / "a.jsonl", LINE))
        assert fill(path) == fill(path) == (1, 1)

    def test_of_a_file_that_has_grown_the_new_lines_wait(self, fill, tmp_path):
        fill(str(jsonl(tmp_path / "a.jsonl", LINE)))
        self.send_all(tmp_path)
        assert fill(str(jsonl(tmp_path / "a.jsonl", LINE, {**LINE, "id": "a2"}))) == (2, 1)

    def test_a_feed_is_looked_at_again_when_all_of_it_was_sent(self, fill, tmp_path):
        url = "https://post.example/feed"
        fill(url, feed=feed_of("1"))
        self.send_all(tmp_path)
        assert fill(url, feed=feed_of("1", "2")) == (2, 1)

    def test_a_feed_is_not_read_again_while_its_articles_wait(self, fill):
        url = "https://post.example/feed"
        fill(url, feed=feed_of("1"))
        assert fill(url, feed=feed_of("1", "2")) == (1, 1)


class TestFeedHistory:
    """Each page of a feed's archive costs its site a request: none is asked for twice."""

    @pytest.fixture
    def reader(self):
        return PageReader()

    def fill(self, tmp_path, reader):
        with Spool(tmp_path / "s.sqlite") as spool:
            left_out = fill_spool(spool, ["https://post.example/feed"], reader, Wanted("Post"))
            return left_out, sorted(a.title for batch in spool.waiting(100) for a in taken_off(spool, batch))

    def test_an_interrupted_reading_keeps_what_it_has(self, tmp_path, reader):
        reader.stops_at = "3"
        with pytest.raises(KeyboardInterrupt):
            self.fill(tmp_path, reader)
        reader.stops_at = None
        assert self.fill(tmp_path, reader)[1] == ["1", "2", "3", "4"]
        assert reader.read == ["1", "2", "3", "3", "4"]

    def test_a_page_that_cannot_be_read_now_is_told_and_read_the_next_time(self, tmp_path, reader):
        reader.outcomes["2"] = Failed("timeout")
        left_out, titles = self.fill(tmp_path, reader)
        assert titles == ["1", "3", "4"]
        assert [str(problem) for problem in left_out.problems] == ["https://post.example/2: timeout"]
        reader.outcomes.clear()
        assert self.fill(tmp_path, reader)[1] == ["2"]
        assert reader.read == ["1", "2", "3", "4", "2"]

    def test_a_page_that_may_never_be_read_leaves_its_summary(self, tmp_path, reader):
        reader.outcomes["2"] = Refused(Refusal.ROBOTS, "forbidden")
        assert self.fill(tmp_path, reader)[1] == ["1", "2", "3", "4"]

    def test_an_article_without_a_date_is_left_out(self, tmp_path, reader):
        reader.dates["2"] = None
        left_out, titles = self.fill(tmp_path, reader)
        assert titles == ["1", "3", "4"]
        assert left_out.no_articles == 1


def taken_off(spool, batch):
    spool.mark_sent(batch)
    return batch


class PageReader:
    """A feed of four summaries, and their pages; what was read is noted."""

    def __init__(self):
        self.read, self.outcomes, self.dates, self.stops_at = [], {}, {}, None

    def poll(self, task):
        moment = datetime(2026, 3, 3, tzinfo=UTC)
        entries = tuple(
            Entry(
                guid=n,
                title=n,
                link=f"https://post.example/{n}",
                summary="Short…",
                published=self.dates.get(n, moment),
            )
            for n in "1234"
        )
        return PollResult(task, Fetched(task.url, 200, {}, b""), FeedDocument(entries=entries))

    def read_page(self, task):
        name = task.entry.guid
        self.read.append(name)
        if name == self.stops_at:
            raise KeyboardInterrupt
        outcome = self.outcomes.get(name, Fetched("", 200, {}, b""))
        page = PageDocument(text="Text. " * 50) if isinstance(outcome, Fetched) else None
        return PageResult(task, outcome, page)


def feed_of(*guids):
    moment = datetime(2026, 3, 3, tzinfo=UTC)
    return FeedDocument(entries=tuple(Entry(guid=g, title=g, text="Text.", published=moment) for g in guids))
