"""sources.yaml: what is accepted, and errors that name file, line and what to change."""

import json
from pathlib import Path

import pytest
from fetcher.sources import load_catalogue
from fetcher.sources_command import sources_schema
from fetcher.sources_example import EXAMPLE
from stancewatch_shared.errors import UserError

SCHEMA_FILE = Path(__file__).parents[3] / "services" / "fetcher" / "sources.schema.json"


@pytest.fixture
def write(tmp_path):
    def written(text, name="sources.yaml"):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return written


def refused(path):
    with pytest.raises(UserError) as caught:
        load_catalogue(path)
    return caught.value


def test_the_example_is_in_order(write):
    catalogue = load_catalogue(write(EXAMPLE))
    assert list(catalogue.sources) == ["example-times", "example-herald", "example-ministry"]
    assert catalogue.contact == "newsroom@example.org"


def test_the_schema_for_editors_is_fresh():
    assert json.loads(SCHEMA_FILE.read_text()) == sources_schema(), (
        "run: stancewatch sources schema > services/fetcher/sources.schema.json"
    )


def test_a_source_can_have_its_own_pace(write):
    text = "sources:\n- {id: a, url: https://a.example/f, poll: {floor_seconds: 60}}\n- {id: b, url: https://b.example/}\n"
    catalogue = load_catalogue(write(text))
    assert catalogue.bounds("a").floor.total_seconds() == 60
    assert catalogue.bounds("b").floor.total_seconds() == 300


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("sources:\n- id: a\n  url: https://a.example/\n  ulr: x\n", 4, "ulr"),
        ("sources:\n- id: a\n  url: ftp://a.example/\n", 3, "only http and https"),
        ("sources:\n- id: a\n  url: a.example/feed\n", 3, "full address"),
        ("sources:\n- id: A b\n  url: https://a.example/\n", 2, "first a letter or digit"),
        ("sources:\n- id: a\n  type: page\n  url: https://a.example/\n", 2, "link_pattern"),
        (
            "sources:\n- id: a\n  type: page\n  url: https://a.example/\n  link_pattern: '('\n",
            5,
            "regular expression",
        ),
        ("sources:\n- id: a\n  type: folder\n  url: https://a.example/\n", 2, "needs path"),
        ("sources:\n- id: a\n  type: folder\n  path: nowhere\n", 4, "no folder"),
        ("sources:\n- {id: a, url: https://a.example/}\n- {id: a, url: https://b.example/}\n", 3, "twice"),
        ("allow_internal: [10.0.0.300/8]\nsources: []\n", 1, "not a network"),
        ("defaults:\n  poll: {floor_seconds: 60, ceiling_seconds: 30}\nsources: []\n", 2, "above"),
        ("sources: [\n", 2, "not YAML"),
        ("", 1, "empty"),
    ],
)
def test_a_mistake_is_told_with_its_line(write, text, line, reason):
    path = write(text)
    error = refused(path)
    assert error.file == str(path)
    assert reason in error.reason
    assert error.line == line


def test_a_missing_file_says_what_to_do(tmp_path):
    assert "sources example" in refused(tmp_path / "sources.yaml").reason


class TestFolder:
    def test_all_its_sources_files_count(self, tmp_path, write):
        write("sources: [{id: a, url: https://a.example/}]")
        write("sources: [{id: b, url: https://b.example/}]", "sources-more.yaml")
        write("not: ours", "watchlist.yaml")
        assert set(load_catalogue(tmp_path).sources) == {"a", "b"}

    def test_an_id_may_not_come_twice_over_files(self, tmp_path, write):
        write("sources: [{id: a, url: https://a.example/}]")
        second = write("sources:\n- {id: a, url: https://b.example/}", "sources2.yaml")
        error = refused(tmp_path)
        assert (error.file, error.line) == (str(second), 2)

    def test_one_without_sources_files_says_so(self, tmp_path):
        assert "sources*.yaml" in refused(tmp_path).reason
