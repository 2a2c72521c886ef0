"""Step 1: articles to statements, and what happens to those that can't be read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from stance_classifier.stream.outbox import TooManyRefused
from stancewatch_schemas.codec import decode, encode
from stancewatch_schemas.models import Article, Statement
from stancewatch_shared.errors import Transient
from stancewatch_shared.retry import InvalidLimit

from tests.component.stance_classifier.fakes import Chain, FakeBroker, records
from tests.integration.stance_classifier.keyword_reader import KeywordReader

TRACE = "00-" + "1" * 32 + "-" + "2" * 16 + "-01"


def article(number, text, day=1):
    return encode(
        Article(
            id=f"post/{number}",
            source="Post",
            url="",
            published_at=datetime(2031, 1, day, tzinfo=UTC),
            title="T",
            text=text,
        )
    )


def test_each_statement_is_written_under_the_key_of_its_position():
    chain = Chain(KeywordReader())
    chain.read(*records("articles", article(1, "ada supports bridge\nbo opposes ferry")))
    assert [key for _, key, _, _ in chain.broker.sent] == [b"ada|bridge", b"bo|ferry"]
    assert [decode(Statement, value).stance for value in chain.broker.values("statements")] == [
        "support",
        "oppose",
    ]


def test_articles_that_wait_together_are_told_oldest_first():
    """A feed's first poll lies on all partitions at once; read newest first, an earlier position would come too late."""
    chain = Chain(KeywordReader())
    chain.read(
        *records(
            "articles", article(1, "ada supports bridge", day=9), article(2, "ada opposes bridge", day=2)
        )
    )
    told = [decode(Statement, value).stance for value in chain.broker.values("statements")]
    assert told == ["oppose", "support"]


def test_statements_carry_cloudevents_and_the_trace_of_their_article():
    chain = Chain(KeywordReader())
    chain.read(
        *records("articles", article(1, "ada supports bridge"), headers=[("traceparent", TRACE.encode())])
    )
    ((_, _, value, headers),) = chain.broker.sent
    assert headers["traceparent"] == TRACE.encode()
    assert headers["ce_id"].decode() == decode(Statement, value).id
    assert headers["ce_source"] == b"/stancewatch/stance-classifier"


def test_a_bad_record_becomes_a_dead_letter_and_its_neighbours_go_on():
    chain = Chain(KeywordReader())
    good = article(1, "ada supports bridge")
    chain.read(*records("articles", good, b"{", None, article(2, "bo opposes ferry")))
    assert len(chain.broker.values("statements")) == 2
    assert [letter.offset for letter in chain.broker.letters("articles-dlq")] == [1, 2]


def test_an_article_on_which_the_reader_fails_is_found_out_and_refused_alone():
    chain = Chain(KeywordReader())
    texts = ["ada supports bridge", "this text breaks the reader", "bo opposes ferry"]
    chain.read(*records("articles", *(article(number, text) for number, text in enumerate(texts))))
    (letter,) = chain.broker.letters("articles-dlq")
    assert (letter.offset, letter.error) == (1, "ValueError")
    assert "this text" not in letter.message
    assert len(chain.broker.values("statements")) == 2


def test_a_failure_that_is_not_the_articles_is_raised():
    with pytest.raises(MemoryError):
        Chain(KeywordReader()).read(*records("articles", article(1, "this text kills the process")))


def test_when_most_records_are_refused_the_process_ends_on_purpose():
    chain = Chain(KeywordReader(), limit=InvalidLimit(largest_share=0.5, window=10, at_least=4))
    with pytest.raises(TooManyRefused):
        chain.read(*records("articles", *[b"{"] * 6))


def test_a_passing_fault_is_tried_again():
    class Recovers(KeywordReader):
        calls = 0

        def read(self, articles):
            self.calls += 1
            if self.calls < 3:
                raise Transient("judge is busy")
            return super().read(articles)

    chain = Chain(Recovers())
    chain.read(*records("articles", article(1, "ada supports bridge")))
    assert len(chain.broker.values("statements")) == 1


def test_a_fault_that_does_not_pass_is_raised():
    class Never(KeywordReader):
        def read(self, articles):
            raise Transient("judge is gone")

    with pytest.raises(Transient):
        Chain(Never()).read(*records("articles", article(1, "ada supports bridge")))


@pytest.mark.parametrize("topic", ["statements", "articles-dlq"])
def test_without_an_acknowledgement_the_batch_is_not_done(topic):
    chain = Chain(KeywordReader(), FakeBroker(fails=[topic]))
    with pytest.raises(ConnectionError):
        chain.read(*records("articles", article(1, "ada supports bridge"), b"{"))


def test_a_batch_of_nothing_but_poison_calls_no_reader():
    Chain(reader=None).read(*records("articles", b"{"))
