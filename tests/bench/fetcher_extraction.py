"""Extraction beside newspaper4k on pages of our own: F1 over words, exact quotes, and time.

    python tests/bench/fetcher_extraction.py [--per-layout 8]

Two sets: the dated golden pages of tests/golden/fetcher, written by hand, and pages made in many layouts. Exits 1 when
our F1 on either falls below its floor, when a quote does not survive, or when newspaper4k does better.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import mean

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from fetcher.extract import extract
from fetcher.text import decode

from tests.bench.fetcher_pages import Page, pages
from tests.golden.fetcher.golden_pages import golden_pages

FLOOR_F1 = 0.97
QUOTE = re.compile("“[^”]+”|„[^“]+“|«[^»]+»")


def ours(page: Page) -> str:
    return extract(page.body, page.url, page.content_type).text


def newspaper(page: Page) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import newspaper as newspaper4k

        article = newspaper4k.Article(page.url)
        # It is given the characters: its own download would find the encoding by the labels.
        article.download(input_html=decode(page.body, page.content_type))
        article.parse()
        return str(article.text)


def f1(found: str, wanted: str) -> float:
    """Harmonic mean of precision and recall over words, counted with repetition."""
    found_words, wanted_words = Counter(found.split()), Counter(wanted.split())
    common = sum((found_words & wanted_words).values())
    if not common:
        return 0.0
    precision, recall = common / sum(found_words.values()), common / sum(wanted_words.values())
    return 2 * precision * recall / (precision + recall)


def quotes_kept(found: str, wanted: str) -> float:
    """Share of the quotes that stand in the result letter by letter."""
    quotes = QUOTE.findall(wanted)
    return mean(quote in found for quote in quotes) if quotes else 1.0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--per-layout", type=int, default=8)
    golden = [
        Page(
            f"{page.outlet} {page.day}",
            page.body,
            page.gold["text"],
            page.gold["url"],
            page.gold["content_type"],
        )
        for page in golden_pages()
    ]
    made = list(pages(parser.parse_args().per_layout, seed=7))
    is_good = all([compare("golden pages", golden), compare("made pages", made)])
    print("passed" if is_good else "FAILED")
    return 0 if is_good else 1


def compare(name: str, given: list[Page]) -> bool:
    table: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    totals = {who: run(read, who, given, table) for who, read in READERS.items()}
    print(f"{name + f' ({len(given)})':34}{'ours':>8}{'newspaper4k':>14}   (F1 over words)")
    for layout, columns in table.items():
        print(f"  {layout:32}{mean(columns['ours']):8.3f}{mean(columns['newspaper4k']):14.3f}")
    for who, (score, quotes, milliseconds) in totals.items():
        print(
            f"  {who:12} F1 {score:.3f}  quotes kept {quotes:.3f}  {milliseconds:.1f} ms a page (processor)"
        )
    score, quotes, _ = totals["ours"]
    return score >= FLOOR_F1 and quotes == 1.0 and score >= totals["newspaper4k"][0]


def run(
    read: Callable[[Page], str], name: str, given: list[Page], table: dict[str, dict[str, list[float]]]
) -> tuple[float, float, float]:
    """Mean F1, share of quotes kept, milliseconds of processor time a page."""
    read(given[0])
    scores, quotes = [], []
    started = time.process_time()
    results = [read(page) for page in given]
    spent = time.process_time() - started
    for page, found in zip(given, results, strict=True):
        score = f1(found, page.text)
        scores.append(score)
        quotes.append(quotes_kept(found, page.text))
        table[page.layout][name].append(score)
    return mean(scores), mean(quotes), spent / len(given) * 1000


READERS = {"ours": ours, "newspaper4k": newspaper}

if __name__ == "__main__":
    sys.exit(main())
