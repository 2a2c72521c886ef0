"""What the whole chain needs on this machine: the classifier's pace with the bundled model on a real broker, and memory.

    python tests/bench/service_sizes.py [--articles 240] [--statements 4000] [--model bundled]

1. The classifier alone: time from start to ready; articles a second with everything waiting in Kafka (up to 16 to one call of
   the model); then statements a second (positions alone: no model is asked).
2. All four services, with the demo's papers on top: the memory of each, children included, at its highest.

Articles are the reader's own stories, with all their watchlists as one. Processor seconds are printed beside the clock,
with the machine's load: where other things run, they say more. Exits 1 when an article or a statement is lost.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "deploy" / "demo")]

from demo import clean_environment, write_sources  # noqa: E402
from feed_server import FeedServer  # noqa: E402
from inbox import Inbox  # noqa: E402
from stack import (  # noqa: E402
    USUAL_PORTS,
    Plan,
    create_topics,
    load_broker,
    services_of,
    wait_until_ready,
)
from stancewatch_schemas.codec import decode, encode  # noqa: E402
from stancewatch_schemas.models import Article, Statement  # noqa: E402
from stancewatch_shared.kafka import make_producer, send  # noqa: E402
from stancewatch_shared.read_topic import read_values  # noqa: E402
from stancewatch_shared.settings import KafkaSettings  # noqa: E402
from stories import FOLDER, load_stories  # noqa: E402
from supervisor import Service, Supervisor  # noqa: E402

CORPUS = REPOSITORY / "services" / "stance_classifier" / "corpus" / "stories"
KEYS = ("source", "url", "title", "text")
LONGEST_SECONDS = 900.0
DEMO_SECONDS = 45.0


@dataclass
class Used:
    """What a process and its children have used."""

    processor_seconds: float
    memory_mib: float


def used_by(service: Service) -> Used:
    """Of every process of the service's session (each service is started in one of its own)."""
    assert service.process is not None
    leader, ticks = service.process.pid, os.sysconf("SC_CLK_TCK")
    seconds = kib = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) != leader:
                continue
            rollup = (folder / "smaps_rollup").read_text()
        except (OSError, IndexError):
            continue
        seconds += (int(fields[11]) + int(fields[12])) / ticks
        # Pss: what parent and children share is counted once.
        kib += next(float(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return Used(seconds, kib / 1024)


def corpus(count: int, folder: Path) -> tuple[Path, list[Article]]:
    """The first stories with `count` articles or a few more, their dates moved to the last days; one watchlist for all."""
    actors, issues, articles = [], [], []
    for path in sorted(CORPUS.glob("stories-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            story, prefix = json.loads(line), f"{len(issues)}-"
            if len(articles) >= count:
                break
            own = [a["id"] for a in story["watchlist"]["actors"]]
            actors += [{**a, "id": prefix + a["id"]} for a in story["watchlist"]["actors"]]
            for issue in story["watchlist"]["issues"]:
                watched = [prefix + each for each in issue.get("actors") or own]
                issues.append({**issue, "id": prefix + issue["id"], "actors": watched})
            for number, article in enumerate(story["articles"]):
                late = timedelta(hours=len(story["articles"]) - number)
                published = datetime.now(UTC) - late
                content = {key: article[key] for key in KEYS}
                articles.append(Article(id=prefix + article["id"], published_at=published, **content))
    demo = yaml.safe_load((FOLDER / "watchlist.yaml").read_text(encoding="utf-8"))
    actors += demo["actors"]
    issues += [
        {**issue, "actors": issue.get("actors") or [each["id"] for each in demo["actors"]]}
        for issue in demo["issues"]
    ]
    watchlist = folder / "watchlist.json"
    watchlist.write_text(json.dumps({"actors": actors, "issues": issues}), encoding="utf-8")
    return watchlist, articles


def metric(port: int, name: str, **labels: str) -> float:
    """The sum of a counter's lines that carry the labels; 0 where there is none."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
        lines = answer.read().decode().splitlines()
    wanted = [f'{key}="{value}"' for key, value in labels.items()]
    found = [line for line in lines if line.startswith(name) and all(each in line for each in wanted)]
    return sum(float(line.rpartition(" ")[2]) for line in found)


def until(supervisor: Supervisor, condition: Callable[[], bool], what: str) -> float:
    """Wait; the seconds it took."""
    began = time.monotonic()
    while not condition():
        supervisor.watch()
        if time.monotonic() - began > LONGEST_SECONDS:
            sys.exit(f"FAILED: {what} not after {LONGEST_SECONDS:.0f} s")
        time.sleep(0.1)
    return time.monotonic() - began


def handled(port: int, topic: str) -> float:
    """Records of a topic that are finished: position, change and commit included."""
    return metric(port, "stancewatch_records_total", topic=topic, outcome="handled")


def write(kafka: KafkaSettings, topic: str, messages: Iterator[tuple[str, Any]]) -> None:
    """All messages, acknowledged."""
    producer = make_producer(kafka, "bench")
    for future in [send(producer, topic, message, key) for key, message in messages]:
        future.get(timeout=60)
    producer.close()


def told(what: str, count: float, seconds: float, processor: float) -> None:
    print(
        f"{what:<28} {count:6.0f} in {seconds:6.1f} s  = {count / seconds:7.1f} a second"
        f"   ({1000 * processor / count:6.1f} ms of a processor each)"
    )


def classifier_pace(
    supervisor: Supervisor, service: Service, kafka: KafkaSettings, articles: list[Article], statements: int
) -> None:
    """Part 1."""
    port = service.health_port
    assert port is not None
    began = time.monotonic()
    supervisor.start(service)
    if late := wait_until_ready(supervisor):
        sys.exit(f"FAILED: not ready in time: {late}")
    print(f"classifier ready after {time.monotonic() - began:.1f} s")
    before = used_by(service)
    write(kafka, "articles", ((article.id, article) for article in articles))
    seconds = until(supervisor, lambda: handled(port, "articles") >= len(articles), "all articles")
    after = used_by(service)
    told("articles", len(articles), seconds, after.processor_seconds - before.processor_seconds)
    found = [decode(Statement, value) for value in read_values("statements", settings=kafka)]
    until(supervisor, lambda: handled(port, "statements") >= len(found), "all statements")
    print(f"  {len(found)} statements in them")
    more = [again(found[n % len(found)], n // len(found)) for n in range(statements)]
    before, total = used_by(service), len(found) + len(more)
    write(kafka, "statements", ((f"{s.actor.id}|{s.issue.id}", s) for s in more))
    seconds = until(supervisor, lambda: handled(port, "statements") >= total, "all statements")
    told(
        "statements (positions)",
        len(more),
        seconds,
        used_by(service).processor_seconds - before.processor_seconds,
    )
    print(
        f"  {metric(port, 'stancewatch_stance_changes_total'):.0f} changes of position and follow-ups in all"
    )


def again(statement: Statement, number: int) -> Statement:
    """The same from another article."""
    content = json.loads(encode(statement))
    content["id"] += f"-{number}"
    content["article"]["id"] += f"-{number}"
    return Statement.model_validate(content)


def memory(supervisor: Supervisor, papers: FeedServer) -> None:
    """Part 2: the highest of each service while the demo's articles pass through it."""
    if late := wait_until_ready(supervisor):
        sys.exit(f"FAILED: not ready in time: {late}")
    highest: dict[str, float] = {}
    waves = list(papers.waves)
    end = time.monotonic() + DEMO_SECONDS
    while time.monotonic() < end:
        if waves:
            papers.release(waves.pop(0))
        supervisor.watch()
        for service in supervisor.services:
            highest[service.name] = max(highest.get(service.name, 0.0), used_by(service).memory_mib)
        time.sleep(1)
    for name, mib in sorted(highest.items()):
        print(f"memory at work  {name:<12} {mib:6.0f} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=240)
    parser.add_argument("--statements", type=int, default=4000)
    parser.add_argument("--model", default="bundled")
    options = parser.parse_args()
    broker = load_broker()
    with tempfile.TemporaryDirectory() as name, FeedServer(load_stories()) as papers, Inbox() as inbox:
        folder = Path(name)
        supervisor = Supervisor(folder / "logs", print, environment=clean_environment())
        servers = broker.start(
            folder / "kafka", port=broker.free_port(), ends_with_parent=True
        ).bootstrap_servers
        try:
            create_topics(servers)
            watchlist, articles = corpus(options.articles, folder)
            extra = {
                **inbox.environment,
                "STANCEWATCH_HOST_GAP_SECONDS": "0",
                "STANCEWATCH_MODEL": options.model,
            }
            plan = Plan(
                run_folder=folder, sources=write_sources(folder, papers), watchlist=watchlist, extra=extra
            )
            services = services_of(plan, servers, {each: broker.free_port() for each in USUAL_PORTS})
            classifier = next(each for each in services if each.name == "classifier")
            print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before")
            classifier_pace(
                supervisor, classifier, KafkaSettings(bootstrap_servers=servers), articles, options.statements
            )
            print(f"load {os.getloadavg()[0]:.1f} after")
            for service in services:
                if service is not classifier:
                    supervisor.start(service)
            memory(supervisor, papers)
        finally:
            supervisor.stop()
            broker.stop(folder / "kafka")


if __name__ == "__main__":
    main()
