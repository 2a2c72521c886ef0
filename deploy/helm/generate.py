"""Write what the chart derives from elsewhere: README.md from values.yaml, and files/ from schemas/topics, from
deploy/prometheus/rules and from deploy/grafana/dashboards (a chart can only carry what lies inside it).

generate.py writes; generate.py --check says what is stale and exits 1.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from stancewatch_schemas.topics import TOPICS

CHART = Path(__file__).resolve().parent / "stancewatch"
DEPLOY = CHART.parents[1]
MARK = "# -- "


def topics_file() -> str:
    """Name, partitions, settings, writers and readers of every topic, as the chart's templates need them."""
    topics = [
        {
            "name": topic.name,
            "partitions": topic.partitions,
            "config": dict(sorted(topic.config.items())),
            "writers": list(topic.writers),
            "readers": list(topic.readers),
        }
        for topic in sorted(TOPICS.values(), key=lambda topic: topic.name)
    ]
    head = "# Generated from schemas/topics by deploy/helm/generate.py: do not edit.\n"
    return head + yaml.safe_dump({"topics": topics}, sort_keys=False)


def readme() -> str:
    """The head of the README with a table of all values."""
    head = (Path(__file__).parent / "readme_head.md").read_text(encoding="utf-8")
    rows = [
        f"| `{path}` | `{shown(default)}` | {text.replace('|', chr(92) + '|')} |"
        for path, default, text in documented_values()
    ]
    return head + "\n".join(["| value | default | meaning |", "|---|---|---|", *rows]) + "\n"


def documented_values() -> Iterator[tuple[str, Any, str]]:
    """(path, default, comment) for every key with a comment that begins with the mark."""
    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    parents: list[tuple[int, str]] = []
    comment = None
    for line in (CHART / "values.yaml").read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if text.startswith(MARK):
            comment = text.removeprefix(MARK)
            continue
        if not text or text.startswith(("#", "-")) or ":" not in text:
            continue
        indent = len(line) - len(line.lstrip())
        parents = [each for each in parents if each[0] < indent]
        parents.append((indent, text.partition(":")[0]))
        if comment is not None:
            path = [key for _, key in parents]
            yield ".".join(path), look_up(values, path), comment
            comment = None


def look_up(values: Any, path: list[str]) -> Any:
    """The value at a path."""
    for key in path:
        values = values[key]
    return values


def shown(default: Any) -> str:
    """A default in a table's cell: long ones are told by their keys."""
    text = yaml.safe_dump(default, default_flow_style=True, width=10_000).removesuffix("\n...\n").strip()
    text = '""' if default == "" else text.replace("|", "\\|")
    return text if len(text) <= 90 else "see values.yaml"


def wanted() -> dict[Path, str]:
    """Every generated file with its content."""
    files = {CHART / "files" / "topics.yaml": topics_file(), CHART / "README.md": readme()}
    for pattern in ("prometheus/rules/*.rules.yaml", "grafana/dashboards/*.json"):
        for source in sorted(DEPLOY.glob(pattern)):
            files[CHART / "files" / source.parent.name / source.name] = source.read_text(encoding="utf-8")
    return files


def stale() -> list[Path]:
    """The generated files that differ from what would be written, and those that nothing asks for any more."""
    files = wanted()
    differing = [
        path for path, text in files.items() if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    return differing + [path for path in CHART.glob("files/*/*") if path not in files]


def main() -> int:
    found = stale()
    if "--check" in sys.argv[1:]:
        for path in found:
            print(f"{path} is stale: run deploy/helm/generate.py")
        return 1 if found else 0
    files = wanted()
    for path in found:
        if path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[path], encoding="utf-8")
        else:
            path.unlink()
        print(f"wrote {path}" if path in files else f"removed {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
