"""`stancewatch-classifier` at the start: what is wrong is said in one line, with exit 2 and no traceback."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

GOOD = """
actors: [{id: ada, name: Ada Kern}]
issues: [{id: bridge, name: Bridge, proposition: The bridge should be built.}]
"""


@pytest.fixture
def start(tmp_path):
    def run(*arguments, **variables):
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("STANCEWATCH", "KAFKA"))
        }
        return subprocess.run(
            [sys.executable, "-m", "stance_classifier", *arguments],
            env=kept | variables,
            capture_output=True,
            text=True,
            timeout=100,
            cwd=tmp_path,
            check=False,
        )

    return run


def assert_users_turn(done, *words):
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


def test_help_names_every_setting_and_needs_none(start):
    from stance_classifier.settings import ClassifierSettings

    done = start("--help")
    assert done.returncode == 0
    for name in ClassifierSettings.model_fields:
        assert f"STANCEWATCH_{name.upper()}" in done.stdout


def test_an_unknown_argument_is_told(start):
    assert_users_turn(start("--wachlist=x"), "--wachlist=x", "Usage")


def test_a_missing_setting_is_named(start):
    assert_users_turn(start(), "STANCEWATCH_WATCHLIST")


def test_a_setting_out_of_bounds_is_named(start):
    done = start(STANCEWATCH_WATCHLIST="w.yaml", STANCEWATCH_BATCH_ARTICLES="64")
    assert_users_turn(done, "STANCEWATCH_BATCH_ARTICLES", "32")


def test_a_watchlist_that_is_not_there_is_named(start):
    assert_users_turn(start(STANCEWATCH_WATCHLIST="nowhere.yaml"), "nowhere.yaml")


def test_a_wrong_watchlist_is_told_with_its_line(start, tmp_path):
    (tmp_path / "w.yaml").write_text(GOOD + "colour: blue\n")
    assert_users_turn(start(STANCEWATCH_WATCHLIST="w.yaml"), "w.yaml:4", "colour")


def test_a_broker_that_does_not_answer_is_told(start, tmp_path):
    (tmp_path / "w.yaml").write_text(GOOD)
    done = start(
        STANCEWATCH_WATCHLIST="w.yaml",
        KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:1",
        KAFKA_CONNECT_TIMEOUT_SECONDS="1",
    )
    assert_users_turn(done, "127.0.0.1:1", "make kafka-up")
