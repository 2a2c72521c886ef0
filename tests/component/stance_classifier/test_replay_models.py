"""`stancewatch replay --model`: what is said when the model that is asked for cannot be used."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from stance_classifier.replay_command import replay

from tests.integration.kafka_broker import REPOSITORY

SAMPLE = REPOSITORY / "deploy" / "compose" / "test"
FILES = [
    "--watchlist",
    str(SAMPLE / "watchlist.yaml"),
    "--articles",
    str(SAMPLE / "articles" / "minerals.jsonl"),
]


def test_a_remote_model_that_does_not_answer_is_told_not_taken_for_no_change():
    done = CliRunner().invoke(replay, ["--model", "judge:m@http://127.0.0.1:1/v1", *FILES])
    assert "questions were left unanswered by the remote model" in done.stderr
    assert done.stdout == ""


def test_a_folder_that_is_not_there_is_called_a_folder(tmp_path: Path):
    done = CliRunner().invoke(replay, ["--model", f"hub:{tmp_path / 'hub'}", *FILES])
    assert "there is no such folder" in str(done.exception)
