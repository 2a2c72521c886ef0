"""Changes of sources.yaml are noticed, however the file is replaced."""

import json
import time

import pytest
from fetcher import watch
from fetcher.watch import CatalogueWatch


def content(*ids):
    return json.dumps({"sources": [{"id": name, "url": f"https://{name}.example/feed"} for name in ids]})


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "sources.yaml"
    path.write_text(content("post"))
    return path


def newer(watching, seconds=30):
    """Ids in the newer catalogue, once there is one."""
    deadline = time.monotonic() + seconds
    while (found := watching.newer()) is None:
        assert time.monotonic() < deadline, "no change was noticed"
        time.sleep(0.05)
    return sorted(found.sources)


def wait_until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_file_that_is_written_anew(path):
    with CatalogueWatch(path) as watching:
        path.write_text(content("post", "herald"))
        assert newer(watching) == ["herald", "post"]


def test_a_file_that_an_editor_puts_in_the_place_of_the_old(path):
    with CatalogueWatch(path) as watching:
        other = path.with_name("4913~")
        other.write_text(content("herald"))
        other.rename(path)
        assert newer(watching) == ["herald"]


def test_a_config_map_that_swaps_the_folder_behind_a_link(tmp_path):
    for version, name in (("..1", "post"), ("..2", "herald")):
        (tmp_path / version).mkdir()
        (tmp_path / version / "sources.yaml").write_text(content(name))
    (tmp_path / "..data").symlink_to("..1")
    (tmp_path / "sources.yaml").symlink_to("..data/sources.yaml")
    with CatalogueWatch(tmp_path) as watching:
        assert sorted(watching.current.sources) == ["post"]
        (tmp_path / "..new").symlink_to("..2")
        (tmp_path / "..new").rename(tmp_path / "..data")
        assert newer(watching) == ["herald"]


def test_a_second_file_in_the_folder(path, tmp_path):
    with CatalogueWatch(tmp_path) as watching:
        (tmp_path / "sources-more.yaml").write_text(content("herald"))
        assert newer(watching) == ["herald", "post"]


def test_a_bad_file_leaves_the_old_one_in_force_until_it_is_put_right(path):
    with CatalogueWatch(path) as watching:
        path.write_text("sources: [")
        wait_until(lambda: watching._seen == watching._stamps())
        assert sorted(watching.current.sources) == ["post"]
        path.write_text(content("herald"))
        assert newer(watching) == ["herald"]


def test_where_the_system_has_no_watch_left_the_files_are_looked_at(path, monkeypatch):
    def none_left(*_arguments, **_options):
        raise OSError("inotify watch limit reached")

    monkeypatch.setattr(watch, "watch", none_left)
    monkeypatch.setattr(watch, "LOOK_MILLISECONDS", 100)
    with CatalogueWatch(path) as watching:
        path.write_text(content("herald"))
        assert newer(watching) == ["herald"]
