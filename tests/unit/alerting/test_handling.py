"""What the service's log tells of a change: who is told, and who is not and why."""

from __future__ import annotations

from alerting.app import Alerting
from alerting.compose import Links
from alerting.dispatcher import Dispatcher
from stancewatch_shared.record import Record
from structlog.testing import capture_logs

from tests.unit.alerting.builders import NOON, Bench, RecordingChannel, change, routes
from tests.unit.alerting.test_muting import silence

TWO = routes(
    receivers=[{"name": "desk", "console": {}}, {"name": "mail", "console": {}}],
    routes=[{"receivers": ["desk", "mail"]}],
)


def test_the_log_names_each_receiver_and_the_silence_that_muted_it() -> None:
    bench = Bench(TWO)
    bench.silences.note(b"s1", silence(receivers=["mail"]).model_dump_json().encode())
    dispatcher = Dispatcher(bench.shared, lambda _: RecordingChannel())
    alerting = Alerting(bench.ledger, bench.silences, dispatcher, Links(), bench.clock)
    record = Record("stance-changes", 0, 7, b"", timestamp_ms=round(NOON.timestamp() * 1000))
    with capture_logs() as logs:
        alerting.handle(change(), record)
    planned = next(each for each in logs if each["event"] == "change_planned")
    assert planned["receivers"] == {"desk": "notify", "mail": "silenced (silence s1 by ann: live)"}
