"""The letter that the tests of channels send."""

from __future__ import annotations

from alerting.compose import Links, entry_of
from alerting.letter import Letter
from stancewatch_schemas.models import StanceChange

from tests.unit.alerting.builders import routes, view


def letter(*changes: StanceChange) -> Letter:
    entries = (entry_of(view(*changes), "desk", routes(), Links("https://timeline.example")),)
    return Letter(id="c1/head/desk", role="head", entries=entries, trace=f"00-{'a' * 32}-{'b' * 16}-01")
