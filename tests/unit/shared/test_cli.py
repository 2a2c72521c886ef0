from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint

import click
import pytest
from stancewatch_shared import cli
from stancewatch_shared.errors import UserError


@pytest.fixture
def verb(monkeypatch: pytest.MonkeyPatch) -> dict[str, click.Command]:
    """Verbs of this dictionary are part of the command."""
    verbs: dict[str, click.Command] = {}

    class Fake:
        dist = None
        module = "nowhere"

        def __init__(self, name: str) -> None:
            self.name = name

        def load(self) -> click.Command:
            return verbs[self.name]

    monkeypatch.setattr(cli, "_entry_points", lambda: {name: Fake(name) for name in verbs})
    return verbs


def failing(error: BaseException) -> click.Command:
    def callback() -> None:
        raise error

    return click.Command("fail", callback=callback)


def test_a_user_error_is_printed_and_ends_with_2(
    verb: dict[str, click.Command], capsys: pytest.CaptureFixture[str]
) -> None:
    verb["fail"] = failing(UserError("unknown key 'x'", "w.yaml", 3))
    assert cli.run(["fail"]) == 2
    assert capsys.readouterr().err == "error: w.yaml:3: unknown key 'x'\n"


def test_a_fault_of_ours_ends_with_70_and_without_a_traceback(
    verb: dict[str, click.Command], capsys: pytest.CaptureFixture[str]
) -> None:
    verb["fail"] = failing(ZeroDivisionError("x"))
    assert cli.run(["fail"]) == 70
    assert "Traceback" not in capsys.readouterr().err


def test_an_interrupt_ends_with_130(verb: dict[str, click.Command]) -> None:
    verb["fail"] = failing(KeyboardInterrupt())
    assert cli.run(["fail"]) == 130


def test_a_verb_may_answer_no_with_its_own_exit_code(verb: dict[str, click.Command]) -> None:
    verb["ask"] = click.Command("ask", callback=lambda: 1)
    assert cli.run(["ask"]) == 1


def test_a_misspelt_verb_is_corrected(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["verison"]) == 2
    assert "Did you mean 'version'?" in capsys.readouterr().err


def test_a_verb_that_cannot_be_loaded_does_not_break_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = EntryPoint("odd", "no_such_module:odd", cli.GROUP)
    monkeypatch.setattr(cli, "_entry_points", lambda: {"odd": entry})
    assert cli.run(["--help"]) == 0
    assert cli.run(["odd"]) == 2
    assert "reinstall" in capsys.readouterr().err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["completion", shell]) == 0
    assert "_STANCEWATCH_COMPLETE" in capsys.readouterr().out


def test_version_imports_nothing_heavy() -> None:
    code = (
        "import sys; from stancewatch_shared.cli import run; run(['version']); "
        "print(sorted({'onnxruntime', 'transformers', 'faust', 'kafka', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
