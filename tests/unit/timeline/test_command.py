"""The command line and the documents name every setting."""

from __future__ import annotations

from pathlib import Path

import pytest
from stancewatch_shared.settings import variable_of
from timeline.__main__ import main
from timeline.settings import TimelineSettings

OWN = [
    variable_of(TimelineSettings, name)
    for name in TimelineSettings.model_fields
    if name.startswith("timeline_")
]


def test_help_names_every_setting(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["stancewatch-timeline", "--help"])
    with pytest.raises(SystemExit, match="0"):
        main()
    said = capsys.readouterr().out
    assert all(variable in said for variable in [*OWN, "STANCEWATCH_HTTP_PORT", "KAFKA_BOOTSTRAP_SERVERS"])


def test_the_readme_names_every_setting() -> None:
    text = (Path(__file__).parents[3] / "services/timeline/README.md").read_text(encoding="utf-8")
    assert [variable for variable in OWN if variable not in text] == []
