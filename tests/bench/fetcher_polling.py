"""1,000 sources with 50 entries each, polled on one core; then again when nothing has changed.

    python tests/bench/fetcher_polling.py [--sources 1000] [--entries 50]

Prints wall clock, processor time and peak memory of both rounds. The feed server is a process of its own and not
counted; Kafka is left out, so that the fetcher alone is measured. Exits 1 when an article is lost or the second
round costs more than a tenth of the first (processor time; the machine may be busy with other things).
"""

from __future__ import annotations

import argparse
import os
import queue
import random
import resource
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from fetcher.engine import Engine
from fetcher.fetch import HttpFetcher
from fetcher.guard import AddressGuard
from fetcher.memory import Shard
from fetcher.parse_pool import ParsePool
from fetcher.reading import PollTask, Reader
from fetcher.robots import RobotsCache
from fetcher.source_models import Poll, Source
from fetcher.sources import Catalogue
from fetcher.turns import HostTurns
from stancewatch_shared.clock import FakeClock

SERVER = Path(__file__).with_name("fetcher_feed_server.py")
WORKERS = 16
LARGEST_SECOND_SHARE = 0.1


class CountingOutbox:
    """Takes everything and counts it; encodes as the real one does."""

    def __init__(self) -> None:
        self.articles = 0

    def publish(self, article, on_done) -> None:
        self.articles += 1
        on_done(True)

    def remember(self, partition, key, state) -> None:
        pass


@dataclass
class Round:
    """What one round cost."""

    wall_seconds: float
    cpu_seconds: float
    peak_megabytes: float


def main() -> int:
    options = arguments()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    server = subprocess.Popen([sys.executable, str(SERVER), str(options.entries)], stdout=subprocess.PIPE)
    # After the server, which may use the other cores.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    try:
        port = int(server.stdout.readline())
        return measure(options.sources, options.entries, port)
    finally:
        server.terminate()
        server.wait()


def measure(sources: int, entries: int, port: int) -> int:
    clock, outbox = FakeClock(datetime.now(UTC)), CountingOutbox()
    engine = Engine(outbox, clock, time.monotonic, 12, HostTurns(), jitter=random.Random(1).random)
    given = {f"s{i}": Source(id=f"s{i}", url=f"http://s{i}.test:{port}/feed/{i}") for i in range(sources)}
    polls = dict.fromkeys(given, Poll(floor_seconds=60, ceiling_seconds=60))
    engine.use(Catalogue(given, polls, None, (), ()))
    engine.own({i: Shard() for i in range(12)})
    guard = AddressGuard(["127.0.0.1/32"], lambda _host, port: [(socket.AF_INET, "127.0.0.1", port)])
    fetch, parse = HttpFetcher(guard, "bench@example.org"), ParsePool(1)
    reader = Reader(fetch, parse, RobotsCache(fetch, clock.now))
    parse.warm_up()
    with ThreadPoolExecutor(WORKERS) as threads:
        first = one_round(engine, reader, threads, parse, sources)
        clock.advance(timedelta(minutes=5))
        second = one_round(engine, reader, threads, parse, sources)
    fetch.close()
    parse.close()
    return verdict(first, second, outbox.articles, sources, entries)


def one_round(
    engine: Engine, reader: Reader, threads: ThreadPoolExecutor, parse: ParsePool, sources: int
) -> Round:
    results: queue.SimpleQueue = queue.SimpleQueue()
    started, cpu = time.monotonic(), cpu_seconds(parse)
    in_flight = done = 0

    def carry_out(task) -> None:
        results.put(reader.poll(task) if isinstance(task, PollTask) else reader.read_page(task))

    engine.tick()
    while done < sources:
        while in_flight < WORKERS and (task := engine.next_task()) is not None:
            in_flight += 1
            threads.submit(carry_out, task)
        engine.on_result(results.get(timeout=120))
        in_flight -= 1
        done += 1
    return Round(time.monotonic() - started, cpu_seconds(parse) - cpu, peak_megabytes(parse))


def verdict(first: Round, second: Round, articles: int, sources: int, entries: int) -> int:
    share = second.cpu_seconds / first.cpu_seconds
    print(f"{sources} sources with {entries} entries each, one core, one parser process")
    for name, each in (("first round (200)", first), ("second round (304)", second)):
        print(
            f"  {name:20} {each.wall_seconds:7.1f} s wall  {each.cpu_seconds:7.1f} s processor"
            f"  {each.peak_megabytes:6.0f} MB peak (fetcher and parser)"
        )
    print(f"  {articles} articles, {articles / first.cpu_seconds:.0f} a second of processor time")
    print(f"  the second round costs {share:.3f} of the first (limit {LARGEST_SECOND_SHARE})")
    is_good = articles == sources * entries and share <= LARGEST_SECOND_SHARE
    print("passed" if is_good else "FAILED")
    return 0 if is_good else 1


def cpu_seconds(parse: ParsePool) -> float:
    """Processor time of this process and the living parsers, in seconds."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    ticks = os.sysconf("SC_CLK_TCK")
    children = 0.0
    for pid in parse.pids():
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
        children += (int(fields[11]) + int(fields[12])) / ticks
    return own.ru_utime + own.ru_stime + children


def peak_megabytes(parse: ParsePool) -> float:
    """Sum of the peaks of resident memory."""
    return sum(high_water(pid) for pid in [os.getpid(), *parse.pids()])


def high_water(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM"))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--entries", type=int, default=50)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
