"""Watch Stancewatch work: a real broker, the real services, sample papers, and an inbox that speaks Slack's API.

Articles appear in the papers in waves; each alert is shown as Slack would show it, as it arrives. It ends by itself in
about a minute and leaves no process behind, also on Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from endings import Interrupted, ended_by_signals, ignore_signals
from feed_server import FeedServer
from inbox import Inbox, framed
from reading import ask
from stack import (
    REPOSITORY,
    USUAL_PORTS,
    Plan,
    create_topics,
    load_broker,
    services_of,
    wait_until_ready,
)
from stories import FOLDER, load_stories
from summary import explain_silence, next_steps
from supervisor import ServiceFailed, Supervisor

SECONDS_BETWEEN_WAVES = 5.0
QUIET_SECONDS_AT_END = 8.0
SECONDS_BETWEEN_WORDS = 10.0
LONGEST_STANDSTILL_SECONDS = 120.0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--pace", type=float, default=SECONDS_BETWEEN_WAVES, help="seconds between waves of articles"
    )
    parser.add_argument(
        "--keep", action="store_true", help="go on until Ctrl-C, to look around the timeline page"
    )
    options = parser.parse_args()
    run_folder = REPOSITORY / ".run" / "demo" / str(os.getpid())
    broker = load_broker()
    supervisor = Supervisor(run_folder / "logs", say, environment=clean_environment())
    try:
        with ended_by_signals():
            play(run_folder, broker, supervisor, options)
    except Interrupted as interrupted:
        say("\nstopping ...")
        return interrupted.exit_code
    except (ServiceFailed, broker.CannotRun) as error:
        say(f"error: {error}")
        say(f"logs: {run_folder / 'logs'}")
        return 2
    finally:
        ignore_signals()
        supervisor.stop()
        broker.stop(run_folder / "kafka")
        shutil.rmtree(run_folder / "kafka", ignore_errors=True)
    return 0


def play(run_folder: Path, broker: Any, supervisor: Supervisor, options: argparse.Namespace) -> None:
    """The whole demo, from the broker to the summary."""
    began = time.monotonic()
    say(
        "Stancewatch demo: sample papers -> fetcher -> classifier -> alerting -> a local inbox that speaks Slack"
    )
    say("  starting Apache Kafka ...")
    servers = broker.start(
        run_folder / "kafka", port=broker.free_port(), ends_with_parent=True
    ).bootstrap_servers
    create_topics(servers)
    ports = {name: broker.free_port() for name in USUAL_PORTS}
    with FeedServer(load_stories()) as papers, Inbox() as inbox:
        plan = Plan(
            run_folder=run_folder,
            sources=write_sources(run_folder, papers),
            watchlist=FOLDER / "watchlist.yaml",
            extra={**inbox.environment, "STANCEWATCH_HOST_GAP_SECONDS": "0"},
        )
        say("  starting fetcher, classifier, alerting and timeline page ...")
        for service in services_of(plan, servers, ports):
            supervisor.start(service)
        late = wait_until_ready(supervisor)
        if late:
            raise ServiceFailed(f"not ready in time: {'; '.join(late)}")
        say(
            f"  ready after {time.monotonic() - began:.0f} s; timeline page: http://127.0.0.1:{ports['timeline']}/\n"
        )
        for wave in papers.waves:
            for story in papers.release(wave):
                copy = "  (the same text again)" if story.is_wire_copy else ""
                say(f"  {story.published_at:%d %b}  {story.outlet.name:<20} {story.title}{copy}")
            show_alerts_for(supervisor, inbox, options.pace)
        wait_until_read(supervisor, inbox, ports["classifier"], len(papers.stories))
        say(explain_silence(ports["classifier"], papers.stories, inbox.shown))
        say(next_steps(time.monotonic() - began, run_folder / "logs"))
        if options.keep:
            say(
                f"Timeline page http://127.0.0.1:{ports['timeline']}/  inbox {inbox.slack.url}/  (Ctrl-C ends)"
            )
            while True:
                show_alerts_for(supervisor, inbox, 3600.0)


def show_alerts_for(supervisor: Supervisor, inbox: Inbox, seconds: float) -> None:
    """Show what arrives in the next seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        supervisor.watch()
        for message in inbox.new_messages():
            say(framed(message, colour=sys.stdout.isatty()))
        time.sleep(0.2)


def wait_until_read(supervisor: Supervisor, inbox: Inbox, classifier_port: int, articles: int) -> None:
    """Go on until every article is read and nothing more arrives. A busy machine is slow: only a standstill ends it."""
    before, moved_at, told_at = ask(classifier_port), time.monotonic(), time.monotonic()
    while not (now := ask(classifier_port)).is_done(articles):
        if now != before:
            before, moved_at = now, time.monotonic()
        if time.monotonic() - moved_at > LONGEST_STANDSTILL_SECONDS:
            say(f"  the classifier stands still at {now.articles} of {articles} articles")
            return
        if time.monotonic() - told_at > SECONDS_BETWEEN_WORDS:
            told_at = time.monotonic()
            say(f"  reading ... {now.articles} of {articles} articles so far")
        show_alerts_for(supervisor, inbox, 0.5)
    shown = -1
    while inbox.shown != shown:
        shown = inbox.shown
        show_alerts_for(supervisor, inbox, QUIET_SECONDS_AT_END)


def write_sources(run_folder: Path, papers: FeedServer) -> Path:
    """A sources.yaml that asks the sample papers every second (never do so with a paper that is not yours)."""
    outlets = {story.outlet.id: story.outlet for story in papers.stories}
    lines = ["contact: demo@example.org", "allow_internal: [127.0.0.1/32]"]
    lines += ["defaults: {poll: {floor_seconds: 1, ceiling_seconds: 2}}", "sources:"]
    for outlet in outlets.values():
        lines.append(
            f"  - {{id: {outlet.id}, name: {outlet.name}, url: '{papers.feed_url(outlet)}', language: en}}"
        )
    path = run_folder / "sources.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def clean_environment() -> dict[str, str]:
    """Ours without what would lead the demo to your cluster, your Slack or your settings."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("STANCEWATCH_", "KAFKA_", "OTEL_"))
    }


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
