"""Who is not told, and why: silenced, outdone by a stronger change, stale."""

from __future__ import annotations

from datetime import timedelta

import pytest
from stancewatch_schemas.models import Silence

from tests.unit.alerting.builders import NOON, amendment, change, position, view
from tests.unit.alerting.planning import planned, told


def silence(**match: list[str]) -> Silence:
    return Silence.model_validate(
        {
            "id": "s1",
            "owner": "ann",
            "reason": "live",
            "match": match,
            "starts_at": NOON - timedelta(hours=1),
            "expires_at": NOON + timedelta(hours=1),
            "created_at": NOON,
        }
    )


@pytest.mark.parametrize("match", [{"actors": ["ilse"]}, {"issues": ["ferry"]}, {"receivers": ["desk"]}, {}])
def test_a_silence_mutes_what_it_matches_and_says_whose_it_is(match: dict[str, list[str]]) -> None:
    result = planned(change(), silences=[silence(**match)])
    assert told(result) == [("desk", "muted", "silenced")]
    assert result.alert is not None
    assert result.alert.deliveries[0].detail == "silence s1 by ann: live"


@pytest.mark.parametrize("match", [{"actors": ["other"]}, {"receivers": ["other"]}, {"kinds": ["soften"]}])
def test_a_silence_mutes_nothing_else(match: dict[str, list[str]]) -> None:
    assert told(planned(change(), silences=[silence(**match)])) == [("desk", "pending", "notify")]


def test_an_expired_silence_is_over() -> None:
    over = silence().model_copy(update={"expires_at": NOON})
    assert told(planned(change(), silences=[over])) == [("desk", "pending", "notify")]


def test_a_reversal_mutes_the_softening_it_contains() -> None:
    softening = change("soft", kind="soften", to=position("neutral", "I am undecided"))
    assert planned(softening, alerts=[view(change())]).reasons == ["inhibited"]


def test_a_softening_after_a_reversal_leaves_the_new_side_and_is_news() -> None:
    softening = change(
        "soft",
        kind="soften",
        **{"from": position("support", "Yes"), "to": position("neutral", "I am undecided")},
    )
    assert planned(softening, alerts=[view(change())]).reasons == ["notify"]


def test_a_withdrawn_reversal_mutes_nothing() -> None:
    softening = change("soft", kind="soften", to=position("neutral", "I am undecided"))
    assert planned(softening, alerts=[view(change(), amendment("withdrawn"))]).reasons == ["notify"]


def test_inhibition_has_an_end() -> None:
    later = position("neutral", "I am undecided", published_at="2031-05-10T09:00:00Z")
    assert planned(change("soft", kind="soften", to=later), alerts=[view(change())]).reasons == ["notify"]


def test_a_change_that_lay_in_kafka_for_long_is_not_sold_as_news() -> None:
    assert told(planned(change(), is_stale=True)) == [("desk", "muted", "stale")]


def test_a_stale_correction_of_what_was_sent_is_still_told() -> None:
    first = planned(change())
    assert first.alert is not None
    sent = [each.model_copy(update={"state": "sent"}) for each in first.alert.deliveries]
    known = first.alert.model_copy(update={"deliveries": sent})
    assert told(planned(amendment("corrected"), known, is_stale=True))[1:] == [("desk", "pending", "amends")]
