"""A changed watchlist is taken over while the service runs; a bad one leaves the old one in force."""

from __future__ import annotations

import asyncio
import contextlib
import os

import pytest
from stance_classifier.watchlist_reload import WatchlistFile, follow_watchlist
from stancewatch_shared import metrics
from stancewatch_shared.errors import UserError

GOOD = """
actors: [{id: ada, name: Ada Kern}]
issues: [{id: bridge, name: Bridge, proposition: The bridge should be built.}]
"""
BETTER = GOOD.replace("Ada Kern", "Ada Kern-Wolf")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "watchlist.yaml"
    path.write_text(GOOD)
    return path


@pytest.fixture
def file(path):
    file = WatchlistFile(path)
    file.load()
    return file


def is_ok():
    return metrics.CONFIG_RELOAD_OK.labels("watchlist")._value.get()


def test_an_unchanged_file_is_not_loaded_again(file, path):
    os.utime(path)
    assert file.load_if_changed() is None


def test_a_good_new_file_is_loaded_once(file, path):
    path.write_text(BETTER)
    assert file.load_if_changed().actors[0].name == "Ada Kern-Wolf"
    assert file.load_if_changed() is None


@pytest.mark.parametrize("content", ["actors: [", "", "actors: []\nissues: []", "colour: blue"])
def test_a_bad_new_file_is_refused_and_told(file, path, content):
    path.write_text(content)
    assert file.load_if_changed() is None
    assert is_ok() == 0


def test_a_file_that_is_gone_is_refused(file, path):
    path.unlink()
    assert file.load_if_changed() is None
    assert is_ok() == 0


def test_a_file_put_right_is_loaded(file, path):
    path.write_text("actors: [")
    file.load_if_changed()
    path.write_text(BETTER)
    assert file.load_if_changed() is not None
    assert is_ok() == 1


def test_a_bad_file_at_start_is_the_users_error(path):
    path.write_text("actors: [")
    with pytest.raises(UserError):
        WatchlistFile(path).load()


def test_a_swapped_link_is_noticed_as_kubernetes_swaps_it(tmp_path):
    """A ConfigMap mount: watchlist.yaml -> ..data/watchlist.yaml, and ..data is a link that is replaced."""
    for name, content in (("old", GOOD), ("new", BETTER)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "watchlist.yaml").write_text(content)
    (tmp_path / "..data").symlink_to("old")
    (tmp_path / "watchlist.yaml").symlink_to("..data/watchlist.yaml")
    file = WatchlistFile(tmp_path / "watchlist.yaml")
    file.load()

    async def swap_and_wait():
        stop, found = asyncio.Event(), asyncio.Queue()
        following = asyncio.create_task(follow_watchlist(file, found.put_nowait, stop))
        try:
            while found.empty():  # the watch may begin after a swap: swap until it is seen
                (tmp_path / "..data_tmp").symlink_to("new")
                (tmp_path / "..data_tmp").rename(tmp_path / "..data")
                with contextlib.suppress(TimeoutError):
                    return await asyncio.wait_for(found.get(), 2)
        finally:
            stop.set()
            await following
        return await found.get()

    assert asyncio.run(swap_and_wait()).actors[0].name == "Ada Kern-Wolf"
