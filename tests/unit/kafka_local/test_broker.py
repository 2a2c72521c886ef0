"""The local broker's decisions that need no Java: is it ready, is it ours, what is missing."""

from __future__ import annotations

import json
import os
import shutil
import socket
import struct
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FOLDER = str(Path(__file__).resolve().parents[3] / "deploy" / "kafka-local")
if FOLDER not in sys.path:
    sys.path.append(FOLDER)

import broker  # noqa: E402
import jars  # noqa: E402


@contextmanager
def server_that_says(reply: bytes) -> Iterator[int]:
    """A server on 127.0.0.1 that answers one request with ``reply``."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(100)
                connection.sendall(reply)

        thread = threading.Thread(target=answer)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)


def test_an_api_versions_answer_without_error_means_ready() -> None:
    with server_that_says(struct.pack(">iih", 6, 1, 0)) as port:
        assert broker.answers(port)


@pytest.mark.parametrize(
    "reply", [struct.pack(">iih", 6, 1, 35), struct.pack(">iih", 6, 2, 0), b"HTTP/1.1 4", b""]
)
def test_any_other_answer_does_not(reply: bytes) -> None:
    with server_that_says(reply) as port:
        assert not broker.answers(port)


def test_nobody_listening_is_not_ready() -> None:
    assert not broker.answers(broker.free_port())


def test_another_process_with_the_brokers_number_is_not_the_broker(tmp_path: Path) -> None:
    (tmp_path / "broker.json").write_text(json.dumps({"pid": os.getpid(), "port": 9092}), encoding="utf-8")
    assert broker.find(tmp_path) is None


@pytest.mark.parametrize("content", ["", "{}", '{"pid": "x", "port": 1}', "[1]"])
def test_an_unreadable_note_is_no_broker(tmp_path: Path, content: str) -> None:
    (tmp_path / "broker.json").write_text(content, encoding="utf-8")
    assert broker.find(tmp_path) is None


def test_stopping_what_does_not_run_is_no_error(tmp_path: Path) -> None:
    assert broker.stop(tmp_path) is False


def test_missing_java_and_maven_are_named_with_the_command_to_install_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("STANCEWATCH_CACHE_DIR", str(tmp_path))
    with pytest.raises(jars.CannotRun, match="sudo apt-get install openjdk-17-jre-headless maven"):
        jars.install_missing()


def test_maven_is_not_asked_for_once_the_jars_are_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(jars, "find_java", lambda: "/usr/bin/java")
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setenv("STANCEWATCH_CACHE_DIR", str(tmp_path))
    jars.jars_folder().mkdir()
    assert jars.install_missing() == "/usr/bin/java"


@pytest.mark.parametrize(
    ("line", "version"),
    [('openjdk version "17.0.15" 2025-04-15', 17), ('java version "1.8.0_401"', 1), ("?", 0)],
)
def test_an_old_java_is_told_from_a_new_one(tmp_path: Path, line: str, version: int) -> None:
    java = tmp_path / "java"
    java.write_text(f"#!/bin/sh\necho '{line}' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    assert jars._java_version(str(java)) == version


def test_a_cluster_id_never_looks_like_an_option(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([uuid.UUID(bytes=b"\xfb" + bytes(15)), uuid.UUID(bytes=bytes(16))])
    monkeypatch.setattr(uuid, "uuid4", lambda: next(drawn))
    assert broker.new_cluster_id() == "A" * 22
