"""Every published example of a stance change through the real decoder, plan and renderers, twice."""

from __future__ import annotations

import pytest
from alerting.app import Alerting, decode_change
from alerting.compose import Links
from alerting.dispatcher import Dispatcher
from alerting.slack_message import message
from alerting.text_message import body_of
from alerting.view import alert_id_of
from stancewatch_schemas.examples import Example, iter_examples
from stancewatch_shared.errors import Invalid
from stancewatch_shared.record import Record

from deploy.demo.fake_slack import check_message
from tests.unit.alerting.builders import NOON, Bench, RecordingChannel, change


def record(example: Example) -> Record:
    return Record("stance-changes", 0, 7, example.value, b"k", (), round(NOON.timestamp() * 1000))


@pytest.mark.parametrize(
    "example", list(iter_examples("stance-change", 1, "valid")), ids=lambda each: each.name
)
def test_a_valid_example_is_told_at_most_once(example: Example) -> None:
    bench = Bench()
    alerting = Alerting(
        bench.ledger,
        bench.silences,
        Dispatcher(bench.shared, lambda _: RecordingChannel()),
        Links(),
        bench.clock,
    )
    decoded = decode_change(record(example))
    if decoded.event != "changed" and decoded.amends:
        alerting.handle(change(alert_id_of(decoded)), record(example))
        bench.work()
    for _ in range(2):
        alerting.handle(decode_change(record(example)), record(example))
        bench.work()
    states = bench.states()
    assert len(states) == len(set(states))
    for letter in bench.channel.sent:
        check_message(message(letter))
        assert body_of(letter)
    assert bool(bench.channel.sent) is not decoded.backfill


@pytest.mark.parametrize(
    "example", list(iter_examples("stance-change", 1, "invalid")), ids=lambda each: each.name
)
def test_an_invalid_example_is_refused_with_a_reason(example: Example) -> None:
    with pytest.raises(Invalid):
        decode_change(record(example))
