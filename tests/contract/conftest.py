"""The JSON Schema validators, with date-times checked as RFC 3339 demands (an offset is required)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from stancewatch_schemas.sources import load_schema

_FORMATS = FormatChecker()


@_FORMATS.checks("date-time", raises=ValueError)
def _is_rfc3339(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@pytest.fixture(scope="session")
def validator_of() -> Callable[[str, int], Draft202012Validator]:
    def build(message: str, version: int) -> Draft202012Validator:
        return Draft202012Validator(load_schema(message, version), format_checker=_FORMATS)

    return build
