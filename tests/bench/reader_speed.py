"""How fast the reader reads: cheap gates alone, with the bundled model, batched and one by one; start-up of `replay`.

Run: .venv/bin/python tests/bench/reader_speed.py [--articles N]. Prints rates, ratios and peak memory; side by side in one run.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from stance_classifier.model.base import Probabilities, StanceAnswer, StanceQuestion
from stance_classifier.model.load import load_model
from stance_classifier.reader import Reader
from stance_classifier.watchlist import Watchlist
from stancewatch_schemas.models import Article

CORPUS = Path(__file__).parents[2] / "services" / "stance_classifier" / "corpus" / "stories"
KEYS = ("id", "source", "url", "published_at", "title", "text")


class NoModel:
    """Answers `none` at once: what is left is the cost of the gates."""

    name, version = "none", "0"

    def judge(self, questions: list[StanceQuestion]) -> list[StanceAnswer]:
        return [StanceAnswer(Probabilities(0.0, 0.0, 0.0, 1.0)) for _ in questions]


def stories(limit: int) -> list[tuple[Watchlist, list[Article]]]:
    found: list[tuple[Watchlist, list[Article]]] = []
    count = 0
    for path in sorted(CORPUS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            story = json.loads(line)
            articles = [Article.model_validate({k: a[k] for k in KEYS}) for a in story["articles"]]
            found.append((Watchlist.model_validate(story["watchlist"]), articles))
            count += len(articles)
            if count >= limit:
                return found
    return found


def timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def replay_seconds(watchlist: Watchlist, articles: list[Article]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "w.json").write_text(watchlist.model_dump_json(exclude_none=True), encoding="utf-8")
        lines = "\n".join(json.dumps({k: json.loads(a.model_dump_json())[k] for k in KEYS}) for a in articles)
        (Path(folder) / "a.jsonl").write_text(lines, encoding="utf-8")
        command = [
            str(Path(sys.executable).parent / "stancewatch"),
            "replay",
            "--watchlist",
            f"{folder}/w.json",
            "--articles",
            f"{folder}/a.jsonl",
        ]
        return timed(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=120)
    chosen = stories(parser.parse_args().articles)
    count = sum(len(articles) for _, articles in chosen)
    model = load_model("bundled")
    Reader(chosen[0][0], model).read(chosen[0][1][:1])
    gates = timed(lambda: [Reader(w, NoModel()).read(articles) for w, articles in chosen])
    batched = timed(lambda: [Reader(w, model).read(articles) for w, articles in chosen])
    single = timed(lambda: [Reader(w, model).read([a]) for w, articles in chosen for a in articles])
    start = min(replay_seconds(*chosen[0]) for _ in range(3))
    print(f"{count} articles of {len(chosen)} stories")
    print(f"gates only          {count / gates:8.1f} articles/s")
    print(f"bundled, batched    {count / batched:8.1f} articles/s   {batched / gates:6.1f} x the gates' time")
    print(
        f"bundled, one by one {count / single:8.1f} articles/s   {single / batched:6.2f} x the batched time"
    )
    print(f"replay of one story, process start to end: {start:.2f} s (best of 3)")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
