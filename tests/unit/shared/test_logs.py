from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator

import pytest
import structlog
from stancewatch_shared.logs import LONGEST_VALUE_CHARS, configure_logs, get_logger
from stancewatch_shared.settings import ServiceSettings


@pytest.fixture(autouse=True)
def restore_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def test_a_log_line_is_json_with_service_level_and_time(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("fetcher", ServiceSettings())
    get_logger().info("article_sent", topic="articles")
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["topic"], line["service"], line["level"]) == (
        "article_sent",
        "articles",
        "fetcher",
        "info",
    )
    assert line["timestamp"].endswith("Z")


def test_a_line_of_another_thread_names_the_service_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("fetcher", ServiceSettings())
    thread = threading.Thread(target=lambda: get_logger().warning("sources_refused"))
    thread.start()
    thread.join()
    assert json.loads(capsys.readouterr().err)["service"] == "fetcher"


@pytest.mark.parametrize("name", ["text", "quote", "title", "token", "password", "webhook", "Authorization"])
def test_article_text_and_secrets_never_reach_a_log(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("fetcher", ServiceSettings())
    get_logger().info("x", **{name: "SECRET"})
    assert "SECRET" not in capsys.readouterr().err


def test_long_values_are_cut(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("fetcher", ServiceSettings())
    get_logger().info("x", reason="a" * 10_000)
    assert len(json.loads(capsys.readouterr().err)["reason"]) == LONGEST_VALUE_CHARS + 1


def test_libraries_that_use_logging_come_out_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("fetcher", ServiceSettings())
    logging.getLogger("some.package").warning("told by %s", "a library")
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["logger"], line["service"]) == (
        "told by a library",
        "some.package",
        "fetcher",
    )


@pytest.mark.parametrize("name", ["kafka.protocol.parser", "urllib3.connectionpool", "some.package"])
def test_at_debug_libraries_keep_what_they_call_debug(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """kafka-python prints SaslAuthenticateRequest with the password there, urllib3 the path of a webhook."""
    configure_logs("fetcher", ServiceSettings(log_level="debug"))
    logging.getLogger(name).debug("auth_bytes=SECRET")
    logging.getLogger(name).info("a rebalance")
    get_logger().debug("feed_read")
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == [
        "a rebalance",
        "feed_read",
    ]


@pytest.mark.parametrize(
    "name", ["faust.app.base", "aiokafka.consumer.group_coordinator", "mode.timers", "kafka.net"]
)
def test_libraries_tell_only_what_is_wrong(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("fetcher", ServiceSettings())
    logging.getLogger(name).info("[^App]: Starting...")
    assert capsys.readouterr().err == ""
    logging.getLogger(name).warning("the coordinator is dead")
    assert json.loads(capsys.readouterr().err)["event"] == "the coordinator is dead"


def test_below_the_level_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("fetcher", ServiceSettings(log_level="warning"))
    get_logger().info("x")
    assert capsys.readouterr().err == ""


def test_without_set_up_logs_stay_off_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    get_logger().warning("x")
    assert capsys.readouterr().out == ""


def test_the_command_tells_in_words_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    get_logger().warning("waiting_for_kafka", servers="127.0.0.1:1", waited_seconds=0)
    told = capsys.readouterr()
    assert told.err == "waiting for kafka (servers 127.0.0.1:1, waited seconds 0)\n"
    assert told.out == ""


def test_the_command_shows_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError("x")
    except ValueError:
        get_logger().exception("could_not", reason="y")
    assert capsys.readouterr().err == "could not (reason y)\n"


def test_a_consumer_that_is_closed_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("fetcher", ServiceSettings())
    logging.getLogger("kafka.cluster").error("Metadata refresh: failed %s", "Cancelled")
    assert capsys.readouterr().err == ""
