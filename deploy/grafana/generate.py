"""Write dashboards/*.json from boards.py. generate.py --check says what is stale and exits 1."""

from __future__ import annotations

import sys
from pathlib import Path

from boards import BOARDS
from grafana_foundation_sdk.cog.encoder import JSONEncoder

FOLDER = Path(__file__).resolve().parent / "dashboards"


def wanted() -> dict[Path, str]:
    """Every dashboard's file with its content."""
    encode = JSONEncoder(sort_keys=True, indent=1).encode
    return {FOLDER / f"{name}.json": encode(make().build()) + "\n" for name, make in BOARDS.items()}


def main() -> int:
    files = wanted()
    stale = [p for p, text in files.items() if not p.is_file() or p.read_text(encoding="utf-8") != text]
    stale += [path for path in FOLDER.glob("*.json") if path not in files]
    for path in stale:
        if "--check" in sys.argv[1:]:
            print(f"{path} is stale: run deploy/grafana/generate.py, then deploy/helm/generate.py")
        elif path in files:
            FOLDER.mkdir(exist_ok=True)
            path.write_text(files[path], encoding="utf-8")
        else:
            path.unlink()
    return 1 if stale and "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
