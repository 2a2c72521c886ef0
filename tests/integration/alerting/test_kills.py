"""kill -9 before and after every single thing the service does outside itself: nothing visible twice, nothing lost.

One process at a time works through one story after another. In each story it falls at another point, is started
again, and the story is told to its end. The last test sees to it that the list of points is that of the code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest
from kafka.admin import MemberToRemove
from stancewatch_schemas.models import StanceChange
from stancewatch_shared.connect import make_admin
from stancewatch_shared.settings import KafkaSettings

from deploy.demo.fake_slack import FakeSlack
from tests.integration.alerting.service import Service, dead_letters, ledger_of, publish, wait_for
from tests.unit.alerting.builders import amendment, change

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(1800)]

ROUTES = """
receivers:
  - {name: desk, slack: {channel: C0DESK}}
  - {name: gone, slack: {channel: C0GONE}}
routes:
  - {name: refused, receivers: [gone], match: {issues: [refused]}, stop: true}
  - {name: burst, receivers: [desk], match: {issues: [burst]}, group: {wait: 1s, at_least: 2, by: [actor]}, stop: true}
  - {name: rest, receivers: [desk]}
"""
# Everything the service does outside itself, by the story in which it does it.
EFFECTS = {
    "alert": [
        "ledger: changed is planned",
        "commit",
        "ledger: head sending",
        "chat.postMessage head",
        "ledger: head sent",
        "ledger: corroborated is planned",
        "ledger: follow_up sending",
        "chat.postMessage follow_up",
        "chat.update head",
        "ledger: follow_up sent",
        "verdict to its topic",
        "ledger: a verdict is to be told",
        "ledger: verdict sending",
        "chat.postMessage verdict",
        "ledger: verdict sent",
        "ledger: withdrawn is planned",
    ],
    "burst": [
        "ledger: digest sending",
        "chat.postMessage digest",
        "ledger: digest sent",
    ],
    "refused": [
        "dead letter to its topic",
        "ledger: head failed",
    ],
}
POINTS = [
    (story, f"{side} {name}")
    for story, names in EFFECTS.items()
    for name in names
    for side in ("before", "after")
]


class Mortal:
    """A service that is started again whenever it has died."""

    def __init__(self, service: Service, folder: Path, kafka: KafkaSettings) -> None:
        self.service, self._folder, self._kafka = service, folder, kafka

    def die_at(self, point: str) -> None:
        waiting = self._folder / "die_at.new"
        waiting.write_text(point, encoding="utf-8")
        waiting.rename(self._folder / "die_at")

    def deaths(self) -> list[str]:
        return self._lines("died")

    def passed(self) -> set[str]:
        return set(self._lines("passed"))

    def revive(self) -> None:
        """Start again if dead. Kafka is told at once that the member is gone; else it takes 10 seconds to notice."""
        if not self.service.is_dead():
            return
        group = self._kafka.topic("alerting")
        admin = make_admin(self._kafka)
        try:
            members = admin.describe_groups([group])[group]["members"]
            if members:
                admin.remove_group_members(group, [MemberToRemove(each["member_id"]) for each in members])
        finally:
            admin.close()
        self.service.start()

    def until(self, what: object) -> None:
        def is_so() -> bool:
            self.revive()
            return bool(what())  # type: ignore[operator]

        wait_for(is_so)

    def _lines(self, name: str) -> list[str]:
        path = self._folder / name
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack(signing_secret="shhh") as fake:
        fake.workspace.channels = {"C0DESK"}
        yield fake


@pytest.fixture
def mortal(
    kafka: KafkaSettings, kafka_environment: dict[str, str], slack: FakeSlack, tmp_path: Path
) -> Iterator[Mortal]:
    (tmp_path / "routes.yaml").write_text(ROUTES, encoding="utf-8")
    environment = {
        **kafka_environment,
        "STANCEWATCH_ALERTING_ROUTES": str(tmp_path / "routes.yaml"),
        "STANCEWATCH_SLACK_BOT_TOKEN": "xoxb-fake",
        "STANCEWATCH_SLACK_API_URL": slack.api_url,
        "STANCEWATCH_SLACK_SIGNING_SECRET": "shhh",
    }
    module = ("tests.integration.alerting.trapdoors", str(tmp_path))
    service = Service(environment, tmp_path / "alerting.log", module)
    slack.interactivity_url = f"{service.public_url}/slack/interactivity"
    try:
        service.start()
        yield Mortal(service, tmp_path, kafka)
    finally:
        service.end()


def test_no_kill_at_any_point_repeats_or_loses_anything(
    mortal: Mortal, slack: FakeSlack, kafka: KafkaSettings
) -> None:
    tell = {"alert": tell_an_alert, "burst": tell_a_burst, "refused": tell_a_refused_one}
    for number, (story, point) in enumerate(POINTS):
        before = len(slack.messages)
        mortal.die_at(point)
        tell[story](mortal, slack, kafka, f"{story}{number}")
        assert mortal.deaths()[-1] == point, f"{point} was never reached"
        ids = Counter(delivery_ids(slack)[before:])
        assert max(ids.values(), default=1) == 1, f"{point}: told twice: {ids}"
    effects = {name.partition(" ")[2] for name in mortal.passed()}
    # Looking for an own post happens only after a death; it changes nothing, so it has no point of its own.
    assert {name for name in effects if not name.startswith("conversations.")} == {
        name for names in EFFECTS.values() for name in names
    }


def tell_an_alert(mortal: Mortal, slack: FakeSlack, kafka: KafkaSettings, name: str) -> None:
    """A change, a second source, a verdict and a withdrawal: one head and three replies."""
    publish(kafka, about(name, change(name)))
    mortal.until(lambda: ledger_of(kafka, name, "head") == ["sent"])
    publish(kafka, about(name, amendment("corroborated", f"{name}/2", name, witnesses=2)))
    mortal.until(lambda: ledger_of(kafka, name, "follow_up") == ["sent"])
    head = next(each for each in slack.messages if f"{name}/head" in str(each.metadata))
    mortal.until(lambda: clicks(slack, head.ts))
    mortal.until(lambda: ledger_of(kafka, name, "verdict") == ["sent"])
    publish(kafka, about(name, amendment("withdrawn", f"{name}/3", name)))
    mortal.until(lambda: ledger_of(kafka, name, "follow_up") == ["sent", "sent"])
    replies = [each.text for each in slack.messages if each.thread_ts == head.ts]
    assert [text.partition(" ")[0] for text in replies] == ["Corroborated:", "Verdict", "Withdrawn:"]
    assert "WITHDRAWN" in str(head.blocks)


def tell_a_burst(mortal: Mortal, slack: FakeSlack, kafka: KafkaSettings, name: str) -> None:
    """Two changes within a second: told once each, together unless the kill came between."""
    ids = [f"{name}a", f"{name}b"]
    publish(kafka, *(about(name, change(each), issue="burst") for each in ids))
    mortal.until(lambda: all(ledger_of(kafka, each, "head") == ["sent"] for each in ids))
    told = [
        text
        for each in slack.messages
        if each.thread_ts is None
        for text in [str(each.blocks)]
        if name in text
    ]
    assert (
        sum(
            text.count(f"/changes/{each}|") + text.count(f"/changes/{each}'") for text in told for each in ids
        )
        == 2
    )


def tell_a_refused_one(mortal: Mortal, slack: FakeSlack, kafka: KafkaSettings, name: str) -> None:
    """Slack does not know the channel: one dead letter that names the change, nothing sent."""
    publish(kafka, about(name, change(name), issue="refused"))
    mortal.until(lambda: ledger_of(kafka, name, "head") == ["failed"])
    # A letter written again keeps its id: `stancewatch dlq replay` takes one of a kind.
    assert len({each.id for each in dead_letters(kafka) if each.id.endswith(f"/{name}")}) == 1


def about(name: str, made: StanceChange, issue: str = "ferry") -> StanceChange:
    """The change with an actor of its own, so that stories do not meet."""
    actor = made.actor.model_copy(update={"id": name, "name": f"Actor {name}"})
    return made.model_copy(update={"actor": actor, "issue": made.issue.model_copy(update={"id": issue})})


def clicks(slack: FakeSlack, ts: str) -> bool:
    """Press the button; a person who sees that it failed presses it again."""
    try:
        return slack.click(ts, "stancewatch_verdict_true", "U777") == 200
    except (HTTPError, URLError, OSError):
        return False


def delivery_ids(slack: FakeSlack) -> list[str]:
    return [str((each.metadata or {})["event_payload"]["delivery_id"]) for each in slack.messages]
