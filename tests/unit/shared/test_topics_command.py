"""`stancewatch topics describe`: what differs stands on a line of its own, whole however narrow the terminal is."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from stancewatch_schemas.topics import TOPICS
from stancewatch_shared import topics
from stancewatch_shared.topics_command import topics as command

WORDS = "retention.ms=1000000 instead of -1"


@pytest.mark.parametrize(
    ("differences", "line", "code"), [((WORDS,), f"stance-changes: {WORDS}", 1), ((), "no", 0)]
)
def test_each_difference_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, differences: tuple[str, ...], line: str, code: int
) -> None:
    state = topics.TopicState("stance-changes", TOPICS["stance-changes"], 6, 1, differences)
    monkeypatch.setattr(topics, "describe_topics", lambda _settings: [state])
    done = CliRunner().invoke(command, ["describe"], env={"COLUMNS": "60"}, standalone_mode=False)
    assert done.output.rstrip().endswith(line)
    assert (done.return_value or 0) == code
