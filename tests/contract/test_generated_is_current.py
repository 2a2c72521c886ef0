"""What is generated from the contract says what the contract says."""

from __future__ import annotations

import shutil

import pytest
from stancewatch_schemas import generate
from stancewatch_schemas.sources import contract_folder


@pytest.fixture(scope="module")
def right_outputs():
    return {name: make() for name, make in generate.OUTPUTS.items()}


@pytest.fixture
def a_copy(tmp_path, right_outputs, monkeypatch):
    """A folder with every output in its right state, and generators that cost nothing."""
    for name, text in right_outputs.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    outputs = {name: lambda text=text: text for name, text in right_outputs.items()}
    monkeypatch.setattr(generate, "OUTPUTS", outputs)
    monkeypatch.setattr(generate, "contract_folder", lambda: tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", generate.OUTPUTS)
def test_the_checked_in_file_is_what_the_generator_writes(name, right_outputs):
    checked_in = (contract_folder() / name).read_text(encoding="utf-8")
    assert checked_in == right_outputs[name], "run `make schemas`"


@pytest.mark.parametrize("name", generate.OUTPUTS)
def test_the_check_fails_for_a_file_edited_by_hand(name, a_copy, capsys):
    with (a_copy / name).open("a", encoding="utf-8") as edited:
        edited.write("# by hand\n")
    assert generate.main(["--check"]) == 1
    assert name in capsys.readouterr().err


@pytest.mark.parametrize("name", generate.OUTPUTS)
def test_the_check_fails_for_a_missing_file(name, a_copy):
    (a_copy / name).unlink()
    assert generate.main(["--check"]) == 1


def test_generating_heals_what_is_stale(a_copy, right_outputs):
    for name in right_outputs:
        (a_copy / name).write_text("", encoding="utf-8")
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0


def test_two_parts_with_one_title_must_be_alike(monkeypatch):
    from stancewatch_schemas import generate_models

    def part(kind):
        return {"title": "Part", "type": "object", "properties": {"id": {"type": kind}}}

    schemas = {
        "one": {"title": "One", "type": "object", "properties": {"part": part("string")}},
        "two": {"title": "Two", "type": "object", "properties": {"part": part("integer")}},
    }
    monkeypatch.setattr(generate_models, "message_versions", lambda: [("one", 1), ("two", 1)])
    monkeypatch.setattr(generate_models, "load_schema", lambda message, _version: schemas[message])
    with pytest.raises(ValueError, match="'Part'"):
        generate_models.combine()


@pytest.mark.slow
def test_a_wheel_carries_the_contract(tmp_path):
    """Installed from a wheel, the package finds its schemas, topics and examples in itself."""
    import subprocess
    import sys
    import zipfile

    source = tmp_path / "schemas"
    shutil.copytree(contract_folder(), source, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index",
         "--disable-pip-version-check", "-w", str(tmp_path), str(source / "python")],
        check=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    shutil.rmtree(source)
    program = (
        "from stancewatch_schemas.topics import TOPICS;"
        "from stancewatch_schemas.examples import iter_examples;"
        "import stancewatch_schemas as s;"
        "print(len(TOPICS) > 5, bool(list(iter_examples('article'))), s.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert done.stdout.startswith("True True")
    assert str(tmp_path) in done.stdout
