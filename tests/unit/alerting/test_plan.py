"""Who is told of a change, and every reason why not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.alerting.builders import alert, amendment, change, evidence, routes
from tests.unit.alerting.planning import planned, told

TIERED = {
    "receivers": [{"name": "desk", "console": {}}, {"name": "triage", "console": {}}],
    "routes": [
        {"receivers": ["triage"], "match": {"tier": "possible"}},
        {"receivers": ["desk"], "match": {"tier": "confirmed"}},
    ],
}


def test_a_change_is_for_every_route_that_matches() -> None:
    chosen = routes(
        receivers=[{"name": name, "console": {}} for name in ("a", "b", "c")],
        routes=[
            {"receivers": ["a"]},
            {"receivers": ["b"], "match": {"kinds": ["soften"]}},
            {"receivers": ["c"], "match": {"actors": ["ilse"]}},
        ],
    )
    assert [name for name, *_ in told(planned(change(), chosen=chosen))] == ["a", "c"]


def test_a_route_that_says_stop_ends_the_search() -> None:
    chosen = routes(
        receivers=[{"name": name, "console": {}} for name in ("a", "b")],
        routes=[{"receivers": ["a"], "stop": True}, {"receivers": ["b"]}],
    )
    assert [name for name, *_ in told(planned(change(), chosen=chosen))] == ["a"]


def test_two_routes_to_one_receiver_are_one_message() -> None:
    assert len(told(planned(change(), chosen=routes(routes=[{"receivers": ["desk"]}] * 2)))) == 1


@pytest.mark.parametrize(
    ("match", "matches"),
    [
        ({"actors": ["ilse"]}, True),
        ({"actors": ["someone"]}, False),
        ({"issues": ["ferry"], "kinds": ["reverse"]}, True),
        ({"issues": ["ferry"], "kinds": ["soften"]}, False),
        ({"desks": ["harbour"]}, True),
        ({"desks": ["sports"]}, False),
        ({"languages": ["en-GB"]}, True),
        ({"languages": ["de"]}, False),
        ({"min_confidence": 0.97}, True),
        ({"min_confidence": 0.98}, False),
        ({"min_witnesses": 2}, False),
        ({"tier": "confirmed"}, True),
        ({"tier": "possible"}, False),
    ],
)
def test_each_condition_of_a_match_counts(match: dict[str, Any], matches: bool) -> None:
    desks = [{"name": "harbour", "issues": ["ferry"]}, {"name": "sports", "actors": ["team"]}]
    result = planned(change(), chosen=routes(desks=desks, routes=[{"receivers": ["desk"], "match": match}]))
    assert bool(told(result)) is matches
    assert result.reasons == (["notify"] if matches else ["no_route"])


def test_backfill_never_alerts_and_is_not_remembered() -> None:
    result = planned(change(backfill=True))
    assert (result.alert, result.reasons) == (None, ["backfill"])


def test_a_known_change_changes_nothing() -> None:
    first = planned(change())
    again = planned(change(), first.alert)
    assert (again.alert, again.reasons) == (None, ["already_known"])


def test_an_amendment_of_an_unknown_alert_tells_nobody() -> None:
    assert planned(amendment("withdrawn")).reasons == ["head_unknown"]


def test_a_second_source_promotes_from_triage_to_the_desk() -> None:
    chosen = routes(**TIERED)
    first = planned(change(confidence=0.8), chosen=chosen)
    assert told(first) == [("triage", "pending", "notify")]
    second = amendment("corroborated", confidence=0.9, witnesses=2)
    assert ("desk", "pending", "promoted") in told(planned(second, first.alert, chosen))


DISPUTED = {"by": "judge:x prompt-1", "verdict": "disputed", "note": "it reads the new words as neutral"}


def test_what_a_second_reader_disputes_stays_possible_whoever_else_reports_it() -> None:
    chosen = routes(**TIERED)
    first = planned(change(verification=DISPUTED), chosen=chosen)
    assert told(first) == [("triage", "pending", "notify")]
    second = planned(amendment("corroborated", witnesses=2), first.alert, chosen)
    assert "desk" not in [name for name, *_ in told(second)]


@pytest.mark.parametrize("verdict", ["confirmed", "not_verified"])
def test_any_other_word_of_a_second_reader_moves_no_tier(verdict: str) -> None:
    result = planned(change(verification={**DISPUTED, "verdict": verdict}), chosen=routes(**TIERED))
    assert told(result) == [("desk", "pending", "notify")]


def test_a_withdrawal_promotes_nothing() -> None:
    chosen = routes(**TIERED)
    first = planned(change(confidence=0.8), chosen=chosen)
    gone = planned(amendment("withdrawn", confidence=0.99), first.alert, chosen)
    assert "desk" not in [name for name, *_ in told(gone)]


def test_an_alert_stays_bounded_and_keeps_what_matters() -> None:
    from alerting.bounds import MOST_CHANGES, MOST_DELIVERIES, bounded

    head = planned(change()).alert
    assert head is not None
    told_before = head.deliveries[0].model_copy(update={"role": "follow_up", "state": "sent"})
    unsent = told_before.model_copy(update={"state": "pending", "change_id": "unsent"})
    more = [amendment("corroborated", f"c1/{number}") for number in range(150)]
    grown = alert(change(), *more, deliveries=[*head.deliveries, unsent, *[told_before] * 1700])
    known = bounded(grown)
    assert len(known.changes) == MOST_CHANGES
    assert len(known.deliveries) <= MOST_DELIVERIES
    assert known.deliveries[:2] == [*head.deliveries, unsent]
    assert '"id":"c1"' in known.changes[0]


def test_a_huge_change_is_stored_with_its_first_and_newest_evidence() -> None:
    from alerting.bounds import LARGEST_CHANGE_CHARS, stored

    pieces = [evidence(statement_id=f"s{n}", quote="x" * 4000) for n in range(100)]
    pieces[60]["published_at"] = "2031-05-01T00:00:00Z"
    text = stored(change(evidence=pieces))
    assert len(text) <= LARGEST_CHANGE_CHARS
    assert '"s60"' in text
    assert '"s0"' in text
