"""The real service on a real broker against the local Slack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stancewatch_shared.compacted import read_compacted
from stancewatch_shared.settings import KafkaSettings

from deploy.demo.fake_slack import FakeSlack, Faults, mentions
from tests.integration.alerting.service import CHANNEL, Service, frozen, publish, running, wait_for
from tests.unit.alerting.builders import amendment, change, position

# A loaded machine takes its time to start a process: these tests wait for facts, not for seconds.
pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack(signing_secret="shhh") as fake:
        yield fake


@pytest.fixture
def environment(kafka_environment: dict[str, str], slack: FakeSlack) -> dict[str, str]:
    return {
        **kafka_environment,
        "STANCEWATCH_SLACK_BOT_TOKEN": "xoxb-fake",
        "STANCEWATCH_SLACK_CHANNEL": CHANNEL,
        "STANCEWATCH_SLACK_API_URL": slack.api_url,
        "STANCEWATCH_SLACK_SIGNING_SECRET": "shhh",
        "STANCEWATCH_ALERTING_CONSOLE": "false",
    }


@pytest.fixture
def service(environment: dict[str, str], tmp_path: Path) -> Iterator[Service]:
    with running(environment, tmp_path / "alerting.log") as started:
        yield started


def test_a_change_becomes_one_post_and_amendments_its_thread(
    service: Service, slack: FakeSlack, kafka: KafkaSettings
) -> None:
    publish(kafka, change(), change())
    wait_for(lambda: _is_sent(kafka, "c1"))
    publish(kafka, amendment("corroborated", witnesses=2))
    wait_for(lambda: len(slack.messages) == 2 and slack.messages[0].edits)
    head, reply = slack.messages
    assert head.channel == CHANNEL
    assert reply.thread_ts == head.ts
    assert "2 independent sources" in str(head.blocks)


def test_hostile_text_mentions_nobody(service: Service, slack: FakeSlack, kafka: KafkaSettings) -> None:
    hostile = "<!channel> <https://evil.example|Reuters> \u202eabc &lt;!here&gt;"
    publish(kafka, change(to=position("support", hostile, source=hostile), explanation=hostile))
    wait_for(lambda: slack.messages)
    assert mentions(slack.messages[0]) == []


def test_a_storm_of_429_delays_and_loses_nothing(
    service: Service, slack: FakeSlack, kafka: KafkaSettings
) -> None:
    slack.workspace.faults = Faults(storm=3, retry_after_seconds=0.2, fail=1)
    publish(kafka, change())
    wait_for(lambda: len(slack.messages) == 1)


def test_a_lost_response_makes_no_second_post(
    service: Service, slack: FakeSlack, kafka: KafkaSettings
) -> None:
    slack.workspace.faults = Faults(lose_responses=1)
    publish(kafka, change())
    wait_for(lambda: _is_sent(kafka, "c1"))
    assert len(slack.messages) == 1


def test_poison_goes_to_the_dead_letters_and_blocks_nobody(
    service: Service, slack: FakeSlack, kafka: KafkaSettings
) -> None:
    publish(kafka, raw=b"\xff no change")
    publish(kafka, change())
    wait_for(lambda: len(slack.messages) == 1)
    assert 'stancewatch_dead_letters_total{error="Invalid",topic="stance-changes"} 1.0' in service.metrics()


def test_sigterm_ends_it_in_time_while_slack_does_not_answer(
    service: Service, slack: FakeSlack, kafka: KafkaSettings
) -> None:
    slack.workspace.faults = Faults(hang=1)
    publish(kafka, change("c1"))
    wait_for(lambda: slack.messages)
    assert service.stop() == 0
    service.start()
    wait_for(lambda: _is_sent(kafka, "c1"))
    assert len(slack.messages) == 1


def test_sigterm_ends_it_in_time_while_kafka_does_not_answer(
    service: Service, slack: FakeSlack, kafka: KafkaSettings, kafka_broker: Any
) -> None:
    slack.workspace.faults = Faults(hang=1)
    publish(kafka, change("c1"))
    wait_for(lambda: slack.messages)
    with frozen(kafka_broker.pid):
        slack.let_go.set()  # the worker now wants to write what has become of it, and holds the ledger
        assert service.stop() == 0
    service.start()
    wait_for(lambda: _is_sent(kafka, "c1"))
    assert len(slack.messages) == 1


def test_sigterm_ends_it_in_order_and_a_restart_repeats_nothing(
    service: Service, slack: FakeSlack, kafka: KafkaSettings
) -> None:
    publish(kafka, change("c1"))
    wait_for(lambda: _is_sent(kafka, "c1"))
    assert service.stop() == 0
    publish(kafka, change("c1"), change("c2"))
    service.start()
    wait_for(lambda: _is_sent(kafka, "c2"))
    assert len(slack.messages) == 2


def test_a_button_gives_a_verdict_that_shows_in_the_thread(
    service: Service, slack: FakeSlack, kafka: KafkaSettings
) -> None:
    slack.interactivity_url = f"{service.public_url}/slack/interactivity"
    publish(kafka, change())
    wait_for(lambda: len(slack.messages) == 1)
    assert slack.click(slack.messages[0].ts, "stancewatch_verdict_not_a_change", "U777") == 200
    wait_for(lambda: len(slack.messages) == 2 and slack.messages[0].edits)
    assert slack.messages[1].thread_ts == slack.messages[0].ts
    assert "Not a change" in slack.messages[1].text
    wait_for(lambda: "stancewatch_alert_error_ratio 1.0" in service.metrics())


def test_backfill_never_alerts(service: Service, slack: FakeSlack, kafka: KafkaSettings) -> None:
    publish(kafka, change("old", backfill=True), change("new"))
    wait_for(lambda: slack.messages)
    assert len(slack.messages) == 1
    assert 'stancewatch_alert_decisions_total{reason="backfill"} 1.0' in service.metrics()


def test_a_refused_delivery_is_a_dead_letter_that_can_be_replayed(
    service: Service, slack: FakeSlack, kafka: KafkaSettings
) -> None:
    slack.workspace.channels = set()
    publish(kafka, change())
    wait_for(
        lambda: (
            'stancewatch_dead_letters_total{error="refused",topic="stance-changes"} 1.0' in service.metrics()
        )
    )
    slack.workspace.channels = {CHANNEL}
    publish(kafka, change())  # what `stancewatch dlq replay` does
    wait_for(lambda: len(slack.messages) == 1)


def test_kill_9_at_random_points_repeats_and_loses_nothing(
    environment: dict[str, str], tmp_path: Path, slack: FakeSlack, kafka: KafkaSettings
) -> None:
    """Five kills while 25 changes go out and Slack loses five of its answers."""
    slack.workspace.faults = Faults(lose_responses=5)
    changes = [
        change(f"c{number}", actor={"id": f"a{number}", "name": f"Actor {number}"}) for number in range(25)
    ]
    publish(kafka, *changes)
    service = Service(environment, tmp_path / "alerting.log")
    try:
        for after in (1, 6, 12, 18, 23):
            service.start(wait=False)
            wait_for(lambda enough=after: len(slack.messages) >= enough)
            service.kill()
        service.start(wait=False)
        wait_for(lambda: all(_is_sent(kafka, each.id) for each in changes))
    finally:
        service.end()
    ids = [each.metadata["event_payload"]["delivery_id"] for each in slack.messages if each.metadata]
    assert sorted(ids) == sorted(f"{each.id}/head/slack" for each in changes)


def _is_sent(kafka: KafkaSettings, alert_id: str) -> bool:
    value = read_compacted(kafka, "sent-alerts").get(alert_id.encode(), b"")
    return b'"state":"sent"' in value


def test_a_second_process_stands_by_and_takes_over(
    service: Service, environment: dict[str, str], tmp_path: Path, slack: FakeSlack, kafka: KafkaSettings
) -> None:
    second = Service(environment, tmp_path / "second.log")
    try:
        second.start(wait=False)
        wait_for(lambda: "standing_by" in second.log.read_text())
        publish(kafka, *(change(f"c{number}") for number in range(5)))
        wait_for(lambda: _is_sent(kafka, "c4"))
        assert service.is_ready()
        assert service.stop() == 0
        wait_for(second.is_ready)
        publish(kafka, change("late"))
        wait_for(lambda: _is_sent(kafka, "late"))
        assert len(slack.messages) == 6
    finally:
        second.end()
