"""The position table's logic: state and statement in, new state and stance changes out. Pure and deterministic.

A position is decided again from all evidence whenever some arrives or is struck, so late articles, copies and
corrections need no special path: evidence is ordered by when it was said, copies and struck evidence weigh nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from stancewatch_schemas.models import StanceChange, Statement

from stance_classifier.changes import Announced, Decision, decide
from stance_classifier.evidence import Evidence, evidence_of, mark_copy
from stance_classifier.position_filter import FilterSettings
from stance_classifier.stance_changes import amendment, compose_change, independent_witnesses

MOST_EVIDENCE = 40


@dataclass(frozen=True)
class PositionState:
    """All that is remembered of one actor on one issue."""

    evidence: tuple[Evidence, ...] = ()
    announced: Announced | None = None

    @classmethod
    def empty(cls) -> PositionState:
        """Before anything was read."""
        return cls()

    def to_json(self) -> dict[str, Any]:
        """For the changelog."""
        return {
            "evidence": [one.to_json() for one in self.evidence],
            "announced": asdict(self.announced) if self.announced else None,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> PositionState:
        """Back from the changelog."""
        announced = data.get("announced")
        return cls(
            tuple(Evidence.from_json(one) for one in data.get("evidence", ())),
            Announced(**announced) if announced else None,
        )


@dataclass(frozen=True)
class Applied:
    """The outcome of one statement: exactly one of `changes` (an event) and `quiet` (a named no) tells."""

    state: PositionState
    changes: list[StanceChange] = field(default_factory=list)
    quiet: str | None = None


def apply(state: PositionState, statement: Statement, settings: FilterSettings | None = None) -> Applied:
    """Takes one statement into account. Applying the same statement twice changes nothing."""
    chosen = settings or FilterSettings()
    if statement.kind == "correction":
        return _strike(state, statement, chosen)
    if not statement.counts:
        return Applied(state, quiet=statement.reason or "NO_POSITION")
    if any(one.statement_id == statement.id for one in state.evidence):
        return Applied(state, quiet="ALREADY_KNOWN")
    known = [one for one in state.evidence if not _is_replaced(one, statement)]
    new = mark_copy(evidence_of(statement), known)
    evidence = _bounded((*known, new))
    if new.copy_of is not None:
        return Applied(replace(state, evidence=evidence), quiet="COPY")
    return _settle(replace(state, evidence=evidence), statement, new, chosen)


def _is_replaced(one: Evidence, statement: Statement) -> bool:
    """An edited article takes back what its earlier revision said."""
    return one.article_id == statement.article.id and one.revision < statement.article.revision


def _bounded(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    if len(evidence) <= MOST_EVIDENCE:
        return evidence
    return tuple(sorted(evidence, key=lambda one: one.said_at)[-MOST_EVIDENCE:])


def _settle(state: PositionState, statement: Statement, new: Evidence, settings: FilterSettings) -> Applied:
    decision = decide(state.evidence, new, state.announced, settings)
    if decision.change is not None:
        change = compose_change(statement, state.evidence, decision.change, settings)
        announced = Announced(
            change.to.stance,
            change.to.conditional,
            decision.change.now.statement_id,
            change.id,
            1,
            statement.backfill,
        )
        return Applied(replace(state, announced=announced), [] if statement.backfill else [change],
                       "BACKFILL" if statement.backfill else None)  # fmt: skip
    after = replace(state, announced=decision.announced)
    events = [] if statement.backfill else _amendments(state, decision, statement, new)
    if events:
        known = after.announced
        witnesses = independent_witnesses(state.evidence, new.stance)
        after = replace(after, announced=replace(known, witnesses=witnesses) if known else None)
        return Applied(after, events)
    return Applied(after, quiet=decision.quiet)


def _amendments(
    state: PositionState, decision: Decision, statement: Statement, new: Evidence
) -> list[StanceChange]:
    """Follow-ups to an alert that was raised: a further witness, a condition added or dropped."""
    told = state.announced
    if (
        told is None
        or told.change_id is None
        or told.backfill
        or decision.quiet not in ("SAME_STANCE", "CONDITION_CHANGED")
    ):
        return []
    if decision.quiet == "CONDITION_CHANGED":
        event = "condition_added" if new.conditional else "condition_dropped"
        return [amendment(event, told, statement, state.evidence)]
    if independent_witnesses(state.evidence, new.stance) > told.witnesses:
        return [amendment("corroborated", told, statement, state.evidence)]
    return []


def _strike(state: PositionState, statement: Statement, settings: FilterSettings) -> Applied:
    """Strikes what the same outlet printed before, and decides again without it (rule 11)."""
    touched = _touched_article(state.evidence, statement)
    struck = tuple(
        replace(one, struck_by=statement.id)
        if one.article_id == touched and _is_struck(one, statement)
        else one
        for one in state.evidence
    )
    if struck == state.evidence:
        return Applied(state, quiet="NOTHING_TO_CORRECT")
    told = state.announced
    ids = {one.statement_id for one in struck if one.struck_by == statement.id}
    events: list[StanceChange] = []
    if (
        told is not None
        and told.change_id is not None
        and told.statement_id in ids
        and not statement.backfill
    ):
        events = [amendment("withdrawn", told, statement, state.evidence)]
    rested_on = told is not None and told.statement_id in ids
    decision = decide(struck, None, None if rested_on else told, settings)
    return Applied(PositionState(struck, decision.announced), events, None if events else "CORRECTION")


def _touched_article(evidence: tuple[Evidence, ...], statement: Statement) -> str | None:
    """The newest article of the correcting outlet in which something was said that the correction strikes."""
    fitting = [one for one in evidence if _is_struck(one, statement)]
    newest = max(fitting, key=lambda one: one.published_at, default=None)
    return newest.article_id if newest is not None else None


def _is_struck(one: Evidence, statement: Statement) -> bool:
    same_source = one.source == statement.article.source and one.article_id != statement.article.id
    before = one.published_at <= statement.article.published_at
    return one.struck_by is None and same_source and before and statement.strikes in ("any", one.stance)
