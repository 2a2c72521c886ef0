"""One request per host at a time, with a pause between two."""

from fetcher.lanes import Lanes


def test_a_host_has_one_request_in_flight():
    lanes = Lanes()
    lanes.add("a", 1)
    lanes.add("a", 2)
    assert lanes.take(0.0) == 1
    assert lanes.take(0.0) is None


def test_the_next_request_waits_for_the_pause():
    lanes = Lanes()
    lanes.add("a", 1)
    lanes.add("a", 2)
    lanes.take(0.0)
    lanes.done("a", 10.0, pause=2.0)
    assert lanes.take(11.9) is None
    assert lanes.take(12.0) == 2


def test_a_busy_host_delays_nobody_else():
    lanes = Lanes()
    lanes.add("slow", 1)
    lanes.add("slow", 2)
    lanes.take(0.0)
    lanes.add("quick", 3)
    assert lanes.take(0.0) == 3


def test_a_host_that_asked_for_a_wait_gets_it():
    lanes = Lanes()
    lanes.hold("a", 60.0)
    lanes.add("a", 1)
    assert lanes.take(59.0) is None
    assert lanes.take(60.0) == 1


def test_a_hold_reaches_tasks_that_wait_already():
    lanes = Lanes()
    lanes.add("a", 1)
    lanes.hold("a", 60.0)
    assert lanes.take(1.0) is None
    assert lanes.take(61.0) == 1


def test_idle_hosts_are_forgotten_but_not_their_wishes():
    lanes = Lanes()
    lanes.hold("a", 60.0)
    lanes.sweep(10.0)
    lanes.add("a", 1)
    assert lanes.take(11.0) is None
    assert len(lanes) == 1
