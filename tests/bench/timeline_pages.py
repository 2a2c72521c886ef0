"""How fast the timeline answers with many statements: p50, p95 and p99 of every page, over HTTP.

On a machine that does other things as well, the server's own processor time says more than the clock: it is
printed beside it, with the load.

    python tests/bench/timeline_pages.py [--statements 100000] [--requests 200]

Builds a read model of 100 actors on 20 issues (one pair holds 5,000 statements), serves it in a process of its
own and asks for pages one after another, never with an ETag. Exits 1 when a page's p95 is above the limit.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import multiprocessing
import os
import random
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from stancewatch_schemas.codec import encode
from stancewatch_shared.record import Record

from tests.unit.timeline.messages import TOPIC_OF, change, evidence, statement

LIMIT_MS = 50.0
ACTORS, ISSUES, HOT = 100, 20, 5000
BATCH = 2000
WORDS = [
    "bridge",
    "harbour",
    "council",
    "vote",
    "ministry",
    "toll",
    "ferry",
    "tax",
    "budget",
    "school",
    "clinic",
    "water",
    "power",
    "grid",
    "mayor",
    "party",
    "support",
    "oppose",
    "plan",
    "pledge",
    "delay",
    "cost",
    "build",
    "close",
    "open",
    "keep",
    "sell",
    "rent",
    "land",
    "river",
    "coast",
    "road",
    "rail",
]


def messages(count: int) -> Iterator[object]:
    """``count`` statements and a change for every 60 of them."""
    random.seed(7)
    start = datetime(2022, 1, 1, tzinfo=UTC)
    for n in range(count):
        hot = n < HOT
        a, i = (0, 0) if hot else (random.randrange(ACTORS), random.randrange(ISSUES))
        actor = {"id": f"actor-{a}", "name": f"Actor Number {a}"}
        issue = {
            "id": f"issue-{i}",
            "name": f"Issue Number {i}",
            "proposition": f"The city should do number {i}",
        }
        said = (start + timedelta(minutes=random.randrange(1_700_000))).strftime("%Y-%m-%dT%H:%M:%SZ")
        stance = random.choice(("support", "oppose", "neutral"))
        words = " ".join(random.choices(WORDS, k=18))
        counts = random.random() < 0.7
        yield statement(
            f"s{n}", stance, said, actor=actor, issue=issue, quote=words, counts=counts,
            reason=None if counts else "HEARSAY", article={"source": f"Outlet {random.randrange(200)}"},
        )  # fmt: skip
        if n % 60 == 0:
            pieces = [evidence(f"s{n - k}", "support", random.uniform(-3, 4), said) for k in range(8)]
            yield change(f"change-{n}", actor=actor, issue=issue, evidence=pieces)


def fill(path: Path, count: int) -> tuple[float, float]:
    """Seconds to take everything in and to settle it."""
    from timeline.read_model.database import open_writer
    from timeline.read_model.writer import Writer

    connection = open_writer(path)
    writer = Writer(connection)
    offsets: dict[str, int] = {}

    def numbered() -> Iterator[Record]:
        for message in messages(count):
            topic = TOPIC_OF[type(message)]
            offsets[topic] = offsets.get(topic, -1) + 1
            yield Record(topic, 0, offsets[topic], encode(message))

    taking = 0.0
    for batch in (
        itertools.batched(numbered(), BATCH) if hasattr(itertools, "batched") else _batched(numbered())
    ):
        started = time.perf_counter()
        writer.take(batch, settle_now=False)
        taking += time.perf_counter() - started
    started = time.perf_counter()
    writer.take([])
    settling = time.perf_counter() - started
    connection.close()
    return taking, settling


def _batched(records: Iterator[Record]) -> Iterator[list[Record]]:
    while batch := list(itertools.islice(records, BATCH)):
        yield batch


PAGES = {
    "overview": "/",
    "overview, page 3": "/?actors=3&issues=2",
    "changes": "/changes",
    "changes of an actor": "/changes?actor=actor-7",
    "change": "/changes/change-6000",
    "timeline": "/timeline/actor-9/issue-9",
    "timeline, 5,000 statements": "/timeline/actor-0/issue-0",
    "actor": "/actors/actor-9",
    "issue": "/issues/issue-9",
    "search, newest": "/search",
    "search, common word": "/search?q=bridge",
    "search, three words": "/search?q=bridge+river+clinic",
    "search, word and filters": "/search?q=ferry&actor=actor-9&stance=oppose&counts=yes",
    "search, filter only": "/search?source=Outlet+17&stance=neutral",
    "search, dates": "/search?since=2023-05-01&until=2023-05-20",
    "search, word and dates": "/search?q=ferry&since=2023-05-01&until=2023-05-20",
    "search, nothing found": "/search?q=zebra",
    "method": "/method",
    "card": "/embed/change?id=change-6000",
    "card of a position": "/embed/position?actor=actor-9&issue=issue-9",
    "change as JSON": "/api/change?id=change-6000",
    "atom": "/feeds/changes.atom",
}


def serve(path: str, port: int) -> None:
    import uvicorn
    from timeline.progress import Progress
    from timeline.read_model.database import Readers
    from timeline.settings import TimelineSettings
    from timeline.web import make_app

    app = make_app(TimelineSettings(), Readers(Path(path)), Progress(caught_up=True))
    uvicorn.run(app, host="127.0.0.1", port=port, log_config=None, access_log=False, lifespan="off")


def measure(port: int, path: str, requests: int) -> list[float]:
    """Milliseconds of each request, sorted."""
    times = []
    for _ in range(requests):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        started = time.perf_counter()
        connection.request("GET", quote(path, safe="/?&=+%"))
        answer = connection.getresponse()
        answer.read()
        times.append((time.perf_counter() - started) * 1000)
        connection.close()
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}")
    return sorted(times)


def processor_ms(pid: int) -> float:
    """Milliseconds of processor time a process has used (Linux; 0 elsewhere)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise SystemExit("the server did not start") from None
            time.sleep(0.1)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--statements", type=int, default=100_000)
    options.add_argument("--requests", type=int, default=200)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.sqlite"
        taking, settling = fill(path, chosen.statements)
        size_mb = path.stat().st_size / 1e6
        print(
            f"{chosen.statements:,} statements: taken in in {taking:.1f} s, settled in {settling:.1f} s, {size_mb:.0f} MB"
        )
        port = free_port()
        server = multiprocessing.get_context("spawn").Process(
            target=serve, args=(str(path), port), daemon=True
        )
        server.start()
        wait_for(port)
        slow = []
        print(f"{'page':32} {'p50':>8} {'p95':>8} {'p99':>8} {'cpu':>8}  ms over {chosen.requests} requests")
        for name, address in PAGES.items():
            measure(port, address, 3)
            used = processor_ms(server.pid or 0)
            times = measure(port, address, chosen.requests)
            cpu = (processor_ms(server.pid or 0) - used) / chosen.requests
            cuts = statistics.quantiles(times, n=100)
            print(
                f"{name:32} {cuts[49]:8.1f} {cuts[94]:8.1f} {cuts[98]:8.1f} {cpu:8.1f}{'  SLOW' if cuts[94] > LIMIT_MS else ''}",
                flush=True,
            )
            if cuts[94] > LIMIT_MS:
                slow.append(name)
        print("load average: " + ", ".join(f"{load:.1f}" for load in os.getloadavg()))
        server.terminate()
        server.join(5)
    if slow:
        raise SystemExit(f"above {LIMIT_MS:.0f} ms at p95: {', '.join(slow)}")


if __name__ == "__main__":
    main()
