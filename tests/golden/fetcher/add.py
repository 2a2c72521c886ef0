"""Add a golden page: python tests/golden/fetcher/add.py PAGE.html --outlet harbour_post --url https://post.example/1

Copies the page under today's date and writes what is read of it now beside it. Then put the JSON right by hand: it is
what an editor would keep, not what we happen to find. Only pages of your own writing; never a publisher's.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from fetcher.extract import extract
from fetcher.revision import notes_in

FACTS = ("title", "authors", "published", "updated", "language", "canonical", "mark")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("page", type=Path)
    parser.add_argument("--outlet", required=True, help="short name, a-z and _")
    parser.add_argument("--url", required=True)
    parser.add_argument("--content-type", default="text/html; charset=utf-8")
    options = parser.parse_args()
    body = options.page.read_bytes()
    found = extract(body, options.url, options.content_type).model_dump(mode="json")
    gold = {
        "url": options.url,
        "content_type": options.content_type,
        **{fact: found[fact] for fact in FACTS},
        "notes": notes_in(found["text"]),
        "text": found["text"],
    }
    stem = f"{options.outlet}_{datetime.now(UTC):%Y_%m_%d}"
    target = Path(__file__).with_name(f"{stem}.html")
    target.write_bytes(body)
    target.with_suffix(".json").write_text(json.dumps(gold, ensure_ascii=False, indent=2) + "\n")
    print(f"wrote {target} and its .json: now put the .json right by hand")


if __name__ == "__main__":
    main()
