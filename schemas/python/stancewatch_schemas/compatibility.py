"""May a released version of a message change like this?

Services are updated one by one: old messages must stay readable by new readers (backward) and new messages by
old readers (forward). Readers ignore unknown fields, so exactly one change is safe: a new optional field
with a default. Everything else is a new version.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# Keywords that tell people something and rule nothing.
_ANNOTATIONS = frozenset({"$id", "$schema", "$comment", "title", "description", "examples"})


def breaking_changes(released: dict[str, Any], current: dict[str, Any]) -> list[str]:
    """Each change that a running service could trip over, with its place; empty: compatible."""
    return list(_compare(released, current, "message"))


def _compare(released: Any, current: Any, place: str) -> Iterator[str]:
    if isinstance(released, dict) and isinstance(current, dict):
        yield from _compare_schemas(released, current, place)
    elif isinstance(released, list) and isinstance(current, list) and len(released) == len(current):
        for number, (old, new) in enumerate(zip(released, current, strict=True)):
            yield from _compare(old, new, f"{place}[{number}]")
    elif released != current:
        yield f"{place}: {released!r} became {current!r}"


def _compare_schemas(released: dict[str, Any], current: dict[str, Any], place: str) -> Iterator[str]:
    yield from _compare_properties(released.get("properties", {}), current.get("properties", {}), place)
    old_required, new_required = set(released.get("required", ())), set(current.get("required", ()))
    for name in sorted(new_required - old_required):
        yield f"{place}.{name}: became required; messages on the topic may lack it"
    for name in sorted(old_required - new_required):
        yield f"{place}.{name}: became optional; running readers still require it"
    for keyword in sorted((released.keys() | current.keys()) - _ANNOTATIONS - {"properties", "required"}):
        if keyword not in released:
            yield f"{place}: the rule {keyword!r} is new"
        elif keyword not in current:
            yield f"{place}: the rule {keyword!r} is gone"
        elif keyword in ("items", "anyOf"):
            yield from _compare(released[keyword], current[keyword], f"{place}.{keyword}")
        elif _unordered(keyword, released[keyword]) != _unordered(keyword, current[keyword]):
            yield f"{place}: {keyword} {released[keyword]!r} became {current[keyword]!r}"


def _compare_properties(released: dict[str, Any], current: dict[str, Any], place: str) -> Iterator[str]:
    for name, rule in released.items():
        if name in current:
            yield from _compare(rule, current[name], f"{place}.{name}")
        else:
            yield f"{place}.{name}: is gone"
    for name in current.keys() - released.keys():
        if "default" not in current[name]:
            yield f"{place}.{name}: is new without a default; old messages give no value for it"


def _unordered(keyword: str, value: Any) -> Any:
    return sorted(value, key=str) if keyword in ("enum", "type") and isinstance(value, list) else value
