"""The demo ends when all is read, not when a clock says so."""

from __future__ import annotations

from reading import Reading, ask, reading_of

METRICS = """\
# TYPE stancewatch_records_total counter
stancewatch_records_total{outcome="handled",topic="articles"} 12.0
stancewatch_records_total{outcome="dead_letter",topic="articles"} 1.0
stancewatch_records_total{outcome="retried",topic="articles"} 7.0
stancewatch_records_total{outcome="handled",topic="statements"} 4.0
# TYPE stancewatch_statements_total counter
stancewatch_statements_total{counts="true",stance="oppose"} 3.0
stancewatch_statements_total{counts="false",stance="support"} 2.0
"""


def test_handled_and_refused_articles_are_read_and_tries_are_not():
    assert reading_of(METRICS) == Reading(articles=13, statements_found=5, statements_weighed=4)


def test_it_is_done_when_all_is_read_and_weighed():
    assert Reading(13, 5, 5).is_done(13)
    assert not Reading(13, 5, 4).is_done(13)
    assert not Reading(12, 5, 5).is_done(13)


def test_a_classifier_that_does_not_answer_has_read_nothing():
    assert ask(9) == Reading()
