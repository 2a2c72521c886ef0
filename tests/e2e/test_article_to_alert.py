"""An article in the feed, one post in Slack."""

from __future__ import annotations

import os
import signal
import urllib.request

import pytest
from fake_slack import as_text

from tests.e2e.conftest import Chain

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

OLD = (
    "in my view it is not ready to protect us",
    "I can't sell our country",
)  # either is the position before
NEW = "Ukraine is ready to sign it in any time and in any convenient format"


def alerts_on_minerals(chain: Chain) -> list[str]:
    """The posts that open an alert on the minerals deal (replies in threads are none)."""
    texts = [as_text(message) for message in chain.messages if message.thread_ts is None]
    return [text for text in texts if "minerals deal" in text]


def page(chain: Chain, service: str, path: str) -> str:
    """A page of a service; empty while it does not answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{chain.ports[service]}{path}", timeout=10) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


def publish(chain: Chain, wave: int, until_read: str) -> None:
    """Print what the wave holds and wait until the statement of one article has come out at the other end."""
    chain.papers.release(wave)
    chain.wait_until(lambda: until_read in page(chain, "timeline", "/export/statements.json"))


def test_a_change_of_mind_in_the_papers_is_one_post_with_both_quotes(chain: Chain) -> None:
    publish(chain, 1, until_read="munich-draft")
    publish(chain, 3, until_read="cannot-sell")
    publish(chain, 4, until_read="ready-to-sign")
    chain.wait_until(lambda: len(alerts_on_minerals(chain)) == 1)
    publish(chain, 5, until_read="ready-to-sign-copy-1")
    (alert,) = (" ".join(text.replace("\n>", " ").split()) for text in alerts_on_minerals(chain))
    assert any(quote in alert for quote in OLD), alert
    assert NEW in alert, alert


def test_services_killed_on_the_way_repeat_nothing_in_slack(chain: Chain) -> None:
    publish(chain, 1, until_read="munich-draft")
    publish(chain, 3, until_read="cannot-sell")
    publish(chain, 4, until_read="ready-to-sign")
    chain.wait_until(lambda: len(alerts_on_minerals(chain)) == 1)
    for service in chain.supervisor.services:
        assert service.process is not None
        os.kill(service.process.pid, signal.SIGKILL)
        service.process.wait(10)
    publish(chain, 6, until_read="video-address")
    assert len(alerts_on_minerals(chain)) == 1


def test_every_service_measures_its_part_of_the_flow(chain: Chain) -> None:
    publish(chain, 1, until_read="munich-draft")
    publish(chain, 3, until_read="cannot-sell")
    publish(chain, 4, until_read="ready-to-sign")
    chain.wait_until(lambda: len(alerts_on_minerals(chain)) == 1)
    for service, metric in {
        "fetcher": 'stancewatch_produced_total{topic="articles"}',
        "classifier": "stancewatch_quiet_total",
        "alerting": "stancewatch_records_total",
        "timeline": "stancewatch_",
    }.items():
        assert metric in page(chain, service, "/metrics"), service
