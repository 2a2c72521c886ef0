"""A YAML (or JSON) file, checked against a pydantic model; an error tells file, line and what to change."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from stancewatch_shared.errors import UserError

M = TypeVar("M", bound=BaseModel)
Location = tuple[int | str, ...]

LARGEST_FILE_BYTES = 10_000_000
ERRORS_SHOWN = 5
INDENT = ": indent the line like those beside it"
# What the parser's commonest complaints usually mean.
HINTS = {
    "did not find expected '-' indicator": INDENT,
    "did not find expected key": INDENT,
    "mapping values are not allowed in this context": f"{INDENT}, and put a value that holds ': ' in quotes",
    "found character that cannot start any token": ": indent with spaces, not tabs, "
    "and put a value that begins with @ or ` in quotes",
}


class Lines:
    """Where each value of a YAML document stands."""

    def __init__(self, root: yaml.Node | None) -> None:
        self._root = root

    def of(self, location: Location) -> int:
        """The line (from 1) of the value at ``location``, or of the nearest thing around it that is there."""
        node, line = self._root, 1
        if node is not None:
            line = node.start_mark.line + 1
        for step in location:
            found = _child(node, step)
            if found is None:
                continue  # pydantic names union branches and the like, which are no places in the file
            key, node = found
            line = key.start_mark.line + 1
        return line


def load_yaml(path: str | Path, model: type[M]) -> M:
    """Read ``path`` into ``model``. The model should set ``extra="forbid"``: unknown keys are errors."""
    return load_yaml_with_lines(path, model)[0]


def load_yaml_with_lines(path: str | Path, model: type[M]) -> tuple[M, Lines]:
    """As load_yaml, and where each value stands: for checks that the model alone cannot make."""
    text = read_text(path)
    root, value = _parse(text, path)
    lines = Lines(root)
    _refuse_repeated_keys(root, path)
    if not isinstance(value, dict):
        found = "is empty" if value is None else f"holds {_kind(value)}"
        keys = ", ".join(model.model_fields)
        raise UserError(f"the file {found}; it must be a mapping with the keys {keys}", path, lines.of(()))
    try:
        return model.model_validate(value), lines
    except ValidationError as error:
        raise _user_error(error, model, lines, path) from None


def read_text(path: str | Path) -> str:
    """The file's text, or a UserError that says why it cannot be read."""
    file = Path(path)
    try:
        if file.is_file() and file.stat().st_size > LARGEST_FILE_BYTES:
            raise UserError(f"larger than {LARGEST_FILE_BYTES // 1_000_000} MB", path)
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise UserError("not UTF-8 text", path, line) from None
    except OSError as error:
        raise UserError(f"cannot be read ({error.strerror})", path) from None


def _parse(text: str, path: str | Path) -> tuple[yaml.Node | None, Any]:
    if text.lstrip()[:1] in ("{", "["):
        with suppress(json.JSONDecodeError, RecursionError):
            return _nodes_of_json(text, json.loads(text))
    loader: Any = None
    try:
        loader = yaml.CSafeLoader(text)
        root = loader.get_single_node()
        return root, None if root is None else loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = " ".join(part for part in (error.problem, error.context) if part)
        hint = HINTS.get(error.problem or "", "")
        raise UserError(f"not YAML: {reason}{hint}", path, mark.line + 1 if mark else None) from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise UserError(f"not YAML: {str(error)[:200] or 'nested too deeply'}", path) from None
    finally:
        if loader is not None:
            loader.dispose()


def _nodes_of_json(text: str, value: Any) -> tuple[yaml.Node | None, Any]:
    """The nodes (for their lines) of valid JSON.

    YAML refuses its tabs, which can only be white space, and halves of surrogate pairs. Where it finds still
    more to refuse, the lines are unknown but the value stands.
    """
    text = re.sub(r"\\u[0-9a-fA-F]{4}", "?", text.replace("\t", " "))
    try:
        return yaml.compose(text, Loader=yaml.CSafeLoader), value
    except (yaml.YAMLError, ValueError, RecursionError):
        return None, value


def _child(node: yaml.Node | None, step: int | str) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if str(key.value) == str(step):
                return key, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


def _refuse_repeated_keys(root: yaml.Node | None, path: str | Path) -> None:
    waiting, visited = [root], set()
    while waiting:
        node = waiting.pop()
        if node is None or id(node) in visited:
            continue
        visited.add(id(node))  # an anchor may make the graph cyclic
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            seen: dict[str, int] = {}
            for key, value in node.value:
                line = key.start_mark.line + 1
                name = str(key.value)
                if name in seen and name != "<<":
                    raise UserError(
                        f"the key {name!r} stands here for the second time (first on line {seen[name]})",
                        path,
                        line,
                    )
                seen[name] = line
                waiting.append(value)


def _user_error(error: ValidationError, model: type[BaseModel], lines: Lines, path: str | Path) -> UserError:
    problems = error.errors()
    found = sorted(
        ((lines.of(each["loc"]), _reason(each, model)) for each in problems), key=lambda pair: pair[0]
    )
    line, reason = found[0]
    others = [f"line {number}: {text}" for number, text in found[1:ERRORS_SHOWN]]
    if len(found) > ERRORS_SHOWN:
        others.append(f"and {len(found) - ERRORS_SHOWN} more")
    return UserError("; ".join([reason, *others]), path, line)


def _reason(error: Any, model: type[BaseModel]) -> str:
    location = _dotted(error["loc"])
    if error["type"] == "extra_forbidden":
        known = ""
        if len(error["loc"]) == 1:
            known = f"; known keys are {', '.join(model.model_fields)}"
        return f"unknown key {location!r}{known}"
    if error["type"] == "missing":
        return f"the key {location!r} is missing"
    message = str(error["msg"]).removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    if error["type"] == "string_type":
        message = f"must be text, but YAML reads it as {_kind(error['input'])}: put it in quotes"
    return f"{location}: {message}" if location else message


def _dotted(location: Location) -> str:
    parts = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in location]
    return "".join(parts).lstrip(".")


def _kind(value: object) -> str:
    names = {
        bool: "true/false",
        int: "a number",
        float: "a number",
        str: "text",
        list: "a list",
        dict: "a mapping",
    }
    return "nothing" if value is None else names.get(type(value), f"a {type(value).__name__}")
