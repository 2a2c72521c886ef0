"""One task per host at a time, each when its host may be asked."""

from fetcher.lanes import LOOK_AGAIN_SECONDS, Lanes


def test_a_host_has_one_task_in_work():
    lanes = Lanes()
    lanes.add("a", 1)
    lanes.add("a", 2)
    assert lanes.take(0.0) == 1
    assert lanes.take(0.0) is None
    lanes.done("a")
    assert lanes.take(0.0) == 2


def test_a_task_waits_until_its_host_may_be_asked():
    lanes = Lanes({"a": 12.0}.get)
    lanes.add("a", 1)
    assert lanes.take(11.9) is None
    assert lanes.take(12.0) == 1


def test_a_host_that_wants_to_be_left_alone_later_on_is():
    free_at = {"a": 0.0}
    lanes = Lanes(free_at.get)
    lanes.add("a", 1)
    free_at["a"] = 60.0
    assert lanes.take(1.0) is None
    assert lanes.take(61.0) == 1


def test_a_host_that_is_asked_through_a_redirect_is_looked_at_again_soon():
    free_at = {"a": None}
    lanes = Lanes(free_at.get)
    lanes.add("a", 1)
    assert lanes.take(5.0) is None
    free_at["a"] = 5.1
    assert lanes.take(5.0 + LOOK_AGAIN_SECONDS) == 1


def test_a_busy_host_delays_nobody_else():
    lanes = Lanes()
    lanes.add("slow", 1)
    lanes.add("slow", 2)
    lanes.take(0.0)
    lanes.add("quick", 3)
    assert lanes.take(0.0) == 3


def test_hosts_with_nothing_to_do_are_forgotten():
    lanes = Lanes()
    lanes.add("a", 1)
    lanes.take(0.0)
    lanes.done("a")
    assert lanes._lanes == {}
