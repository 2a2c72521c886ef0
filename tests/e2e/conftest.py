"""The whole chain as users run it: real broker, real services as processes, papers over HTTP, a local Slack."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.conftest import kafka, kafka_broker, kafka_servers  # noqa: F401 - fixtures

DEMO = str(Path(__file__).resolve().parents[2] / "deploy" / "demo")
if DEMO not in sys.path:
    sys.path.append(DEMO)

from demo import clean_environment, write_sources  # noqa: E402
from fake_slack import Message  # noqa: E402
from feed_server import FeedServer  # noqa: E402
from inbox import Inbox  # noqa: E402
from stack import Plan, services_of, wait_until_ready  # noqa: E402
from stories import FOLDER, load_stories  # noqa: E402
from supervisor import Supervisor  # noqa: E402

from tests.integration.kafka_broker import load_broker  # noqa: E402

# A busy machine is slow: what is tested is that things happen, not how fast.
PATIENCE_SECONDS = 180.0


@dataclass
class Chain:
    """Papers at one end, Slack at the other."""

    papers: FeedServer
    inbox: Inbox
    supervisor: Supervisor
    ports: dict[str, int]

    @property
    def messages(self) -> list[Message]:
        return self.inbox.slack.messages

    def wait_until(self, condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
        """Watch the services until ``condition`` holds; fails with their last words."""
        deadline = time.monotonic() + seconds
        while not condition():
            self.supervisor.watch()
            if time.monotonic() > deadline:
                words = [
                    f"{each.name}: {self.supervisor.last_words(each, 3)}" for each in self.supervisor.services
                ]
                pytest.fail("it did not happen in time\n" + "\n".join(words))
            time.sleep(0.1)


@pytest.fixture
def chain(kafka_servers: str, kafka: object, tmp_path: Path) -> Iterator[Chain]:  # noqa: F811
    """All services up and ready on this test's own topics; nothing published yet."""
    prefix = kafka.topic_prefix  # type: ignore[attr-defined]
    yield from run_chain({"KAFKA_BOOTSTRAP_SERVERS": kafka_servers, "KAFKA_TOPIC_PREFIX": prefix}, tmp_path)


def run_chain(cluster: Mapping[str, str], folder: Path) -> Iterator[Chain]:
    """The chain on the cluster that these KAFKA_ variables lead to; it ends with the iteration."""
    broker = load_broker()
    ports = {
        name: broker.free_port()
        for name in ("fetcher", "classifier", "alerting", "timeline", "alerting-public")
    }
    supervisor = Supervisor(folder / "logs", lambda _line: None, environment=clean_environment())
    with FeedServer(load_stories()) as papers, Inbox() as inbox:
        plan = Plan(
            run_folder=folder,
            sources=write_sources(folder, papers),
            watchlist=FOLDER / "watchlist.yaml",
            extra={
                **inbox.environment,
                "STANCEWATCH_HOST_GAP_SECONDS": "0",
                **cluster,
                **({"STANCEWATCH_MODEL": os.environ["E2E_MODEL"]} if "E2E_MODEL" in os.environ else {}),
            },
        )
        for service in services_of(plan, cluster["KAFKA_BOOTSTRAP_SERVERS"], ports):
            supervisor.start(service)
        try:
            late = wait_until_ready(supervisor)
            assert late == []
            yield Chain(papers, inbox, supervisor, ports)
        finally:
            supervisor.stop()
