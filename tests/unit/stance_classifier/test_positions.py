"""Positions and changes by the rules of the semantics."""

from datetime import timedelta

from stance_classifier.positions import Applied, PositionState, apply
from stancewatch_schemas.models import Statement
from stancewatch_shared.near_duplicates import signature

from tests.unit.stance_classifier.builders import MONDAY, statement


def follow(*statements: Statement) -> tuple[PositionState, list[Applied]]:
    state, outcomes = PositionState.empty(), []
    for each in statements:
        outcomes.append(apply(state, each))
        state = outcomes[-1].state
    return state, outcomes


def later(days: int) -> dict[str, object]:
    return {"said_at": MONDAY + timedelta(days=days), "article_id": f"a{days}"}


def test_the_first_position_is_a_baseline() -> None:
    _, [first] = follow(statement("oppose"))
    assert (first.changes, first.quiet) == ([], "BASELINE")


def test_a_clear_statement_of_the_other_stance_is_a_change() -> None:
    _, outcomes = follow(statement("oppose"), statement("support", **later(9)))
    [change] = outcomes[-1].changes
    assert (change.event, change.from_.stance, change.to.stance, change.kind) == (
        "changed",
        "oppose",
        "support",
        "reverse",
    )


def test_both_quotes_and_their_articles_travel_with_the_change() -> None:
    _, outcomes = follow(statement("oppose"), statement("support", **later(9)))
    [change] = outcomes[-1].changes
    assert (change.from_.article_id, change.to.article_id) == ("a1", "a9")
    assert change.to.quote == "support in the words of a9"


def test_a_change_tells_when_the_article_that_led_to_it_was_first_seen() -> None:
    seen = MONDAY + timedelta(days=9, minutes=1)
    _, outcomes = follow(
        statement("oppose", first_seen_at=MONDAY), statement("support", first_seen_at=seen, **later(9))
    )
    [change] = outcomes[-1].changes
    assert change.first_seen_at == seen


def test_a_second_source_brings_the_time_of_its_own_article() -> None:
    seen = MONDAY + timedelta(days=10)
    _, outcomes = follow(
        statement("oppose"),
        statement("support", **later(9)),
        statement("support", source="Coast Wire", first_seen_at=seen, **later(10)),
    )
    [corroborated] = outcomes[-1].changes
    assert (corroborated.event, corroborated.first_seen_at) == ("corroborated", seen)


def test_a_later_revision_of_an_article_was_seen_at_no_known_time() -> None:
    edited = statement("support", first_seen_at=MONDAY, revision=2, **later(9))
    _, outcomes = follow(statement("oppose"), edited)
    [change] = outcomes[-1].changes
    assert change.first_seen_at is None


def test_the_same_stance_in_other_words_is_no_change() -> None:
    _, outcomes = follow(statement("support"), statement("support", **later(9)))
    assert (outcomes[-1].changes, outcomes[-1].quiet) == ([], "SAME_STANCE")


def test_one_article_may_report_both_positions() -> None:
    past = statement(
        "oppose",
        id="past",
        recap=True,
        said_at=MONDAY - timedelta(days=30),
        said_precision="past",
        published_at=MONDAY,
    )
    _, outcomes = follow(past, statement("support"))
    assert [change.event for change in outcomes[-1].changes] == ["changed"]


def test_a_recap_flips_nothing() -> None:
    recap = statement("oppose", recap=True, said_precision="past", **later(9))
    _, outcomes = follow(statement("support"), recap)
    assert (outcomes[-1].changes, outcomes[-1].quiet) == ([], "RECAP")


def test_an_article_that_arrives_late_flips_nothing() -> None:
    _, outcomes = follow(statement("support"), statement("oppose", **later(-200)))
    assert (outcomes[-1].changes, outcomes[-1].quiet) == ([], "OLDER_THAN_KNOWN")


def test_hearsay_is_kept_out_with_its_name() -> None:
    _, outcomes = follow(
        statement("support"), statement("oppose", counts=False, reason="HEARSAY", **later(9))
    )
    assert (outcomes[-1].changes, outcomes[-1].quiet) == ([], "HEARSAY")


def test_a_copy_is_no_second_witness() -> None:
    signed = signature("word " * 3 + "the council met on Monday and the mayor spoke at length about it")
    first = statement("oppose", source="Agency", signature=signed)
    copy = statement("oppose", source="Daily", signature=signed, **later(2))
    _, outcomes = follow(first, copy)
    assert outcomes[-1].quiet == "COPY"


def test_the_same_statement_twice_changes_nothing() -> None:
    change = statement("support", **later(9))
    state, _ = follow(statement("oppose"), change)
    again = apply(state, change)
    assert (again.state, again.changes, again.quiet) == (state, [], "ALREADY_KNOWN")


def test_a_further_witness_goes_into_the_thread() -> None:
    _, outcomes = follow(
        statement("oppose"),
        statement("support", **later(9)),
        statement("support", source="Daily", **later(10)),
    )
    [follow_up] = outcomes[-1].changes
    assert (follow_up.event, follow_up.amends, follow_up.witnesses) == (
        "corroborated",
        outcomes[1].changes[0].id,
        2,
    )


def test_a_correction_withdraws_the_alert_that_rested_on_it() -> None:
    correction = statement(
        "oppose", id="c", kind="correction", counts=False, strikes="any", **later(11)
    ).model_copy(update={"stance": "none"})
    _, outcomes = follow(statement("oppose", source="Daily"), statement("support", **later(9)), correction)
    [follow_up] = outcomes[-1].changes
    assert (follow_up.event, follow_up.amends) == ("withdrawn", outcomes[1].changes[0].id)


def test_after_a_correction_the_position_is_decided_again() -> None:
    correction = statement("none", id="c", kind="correction", counts=False, strikes="any", **later(11))
    state, _ = follow(statement("oppose", source="Daily"), statement("support", **later(9)), correction)
    assert state.announced is not None
    assert state.announced.stance == "oppose"


def test_history_loaded_on_purpose_never_alerts() -> None:
    _, outcomes = follow(statement("oppose", backfill=True), statement("support", backfill=True, **later(9)))
    assert (outcomes[-1].changes, outcomes[-1].quiet) == ([], "BACKFILL")


def test_a_new_revision_takes_back_what_the_old_one_said() -> None:
    state, _ = follow(
        statement("oppose"), statement("oppose", id="r2", revision=2, quote="other words of a1")
    )
    assert [one.revision for one in state.evidence] == [2]


def test_dropping_a_condition_is_no_change_of_stance() -> None:
    _, outcomes = follow(
        statement("oppose"),
        statement("support", conditional=True, **later(9)),
        statement("support", **later(12)),
    )
    [follow_up] = outcomes[-1].changes
    assert follow_up.event == "condition_dropped"


def test_a_condition_is_told_in_the_words_that_make_it() -> None:
    _, outcomes = follow(
        statement("oppose"),
        statement("support", **later(9)),
        statement("support", conditional=True, quote="only if the state pays for it", **later(12)),
    )
    [follow_up] = outcomes[-1].changes
    assert follow_up.event == "condition_added"
    assert (follow_up.to.quote, follow_up.to.conditional) == ("only if the state pays for it", True)


def test_state_survives_its_changelog() -> None:
    state, _ = follow(statement("oppose"), statement("support", **later(9)))
    assert PositionState.from_json(state.to_json()) == state


def test_a_doubtful_repetition_does_not_weaken_a_clear_earlier_position() -> None:
    day = timedelta(days=1)
    clear = statement("oppose", 0.95, article_id="a1", said_at=MONDAY)
    doubtful = statement("oppose", 0.6, article_id="a2", said_at=MONDAY + day, source="The Tide")
    turned = statement("support", 0.98, article_id="a3", said_at=MONDAY + 2 * day)

    state = PositionState.empty()
    for one in (clear, doubtful):
        state = apply(state, one).state
    [change] = apply(state, turned).changes

    assert change.from_.article_id == "a1"
