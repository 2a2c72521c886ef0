"""Waits until the local Slack holds an alert; exit 0, or 1 when none came in time: wait_for_alert.py INBOX_URL [SECONDS]"""

from __future__ import annotations

import json
import sys
import time
import urllib.request


def messages(url: str) -> list[object]:
    """What lies in the inbox; nothing while it does not answer."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return list(json.load(answer))
    except OSError:
        return []


def main() -> int:
    url = sys.argv[1]
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 600.0
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := messages(url):
            print(f"{len(found)} alert(s) in the inbox", flush=True)
            return 0
        time.sleep(1)
    print(f"no alert within {seconds:.0f} s", file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
