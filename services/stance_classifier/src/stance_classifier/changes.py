"""Has the position changed? Known evidence and the newest statement in, a change or a named no out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from stance_classifier.evidence import Evidence, in_order_said
from stance_classifier.position_filter import STANCES, FilterSettings, change_probability, forward


@dataclass(frozen=True)
class Announced:
    """The position in force as it was last told (or held as a baseline: `change_id` is then None)."""

    stance: str
    conditional: bool
    statement_id: str
    change_id: str | None = None
    witnesses: int = 1
    backfill: bool = False


@dataclass(frozen=True)
class Change:
    """A change that is due, with the statements that stand for both sides."""

    before: Evidence
    now: Evidence
    probability: float


@dataclass(frozen=True)
class Decision:
    """Either a change or a named no; `announced` is the position in force afterwards."""

    announced: Announced | None
    change: Change | None = None
    quiet: str | None = None


def decide(
    evidence: Sequence[Evidence], new: Evidence | None, announced: Announced | None, settings: FilterSettings
) -> Decision:
    """Decides on all evidence that weighs, in the order said.

    `new` is the statement that just arrived (None when something was struck).
    """
    weighing = in_order_said(evidence)
    if not weighing:
        return Decision(announced=None, quiet="NO_EVIDENCE")
    posterior = forward([one.observation() for one in weighing], settings)[-1]
    leading = STANCES[max(range(3), key=lambda i: posterior[i])]
    if announced is None:
        return _baseline(weighing, leading, max(posterior), settings)
    if new is None:
        return Decision(announced, quiet="CORRECTION")
    if new.recap:
        return Decision(announced, quiet="RECAP")
    if leading == announced.stance:
        return _same(announced, new, weighing)
    if new.stance != leading:
        return Decision(
            announced, quiet="SAME_STANCE" if new.stance == announced.stance else "BELOW_CONFIDENCE"
        )
    if any(one.said_at > new.said_at and one.stance != new.stance for one in weighing):
        return Decision(announced, quiet="OLDER_THAN_KNOWN")
    return _changed(weighing, new, announced, leading, settings)


def _baseline(
    weighing: Sequence[Evidence], leading: str, posterior: float, settings: FilterSettings
) -> Decision:
    if posterior < settings.baseline_threshold:
        return Decision(None, quiet="BELOW_CONFIDENCE")
    holder = _latest(weighing, leading)
    if holder is None:
        return Decision(None, quiet="BELOW_CONFIDENCE")
    return Decision(Announced(leading, holder.conditional, holder.statement_id), quiet="BASELINE")


def _same(announced: Announced, new: Evidence, weighing: Sequence[Evidence]) -> Decision:
    if new.stance != announced.stance:
        newest = weighing[-1].statement_id == new.statement_id
        return Decision(announced, quiet="BELOW_CONFIDENCE" if newest else "OLDER_THAN_KNOWN")
    if weighing[-1].statement_id != new.statement_id:
        return Decision(announced, quiet="OLDER_THAN_KNOWN")
    now_held = replace(
        announced,
        conditional=new.conditional,
        statement_id=new.statement_id if announced.change_id is None else announced.statement_id,
    )
    if new.conditional != announced.conditional:
        return Decision(now_held, quiet="CONDITION_CHANGED")
    return Decision(now_held, quiet="SAME_STANCE")


def _changed(
    weighing: Sequence[Evidence], new: Evidence, announced: Announced, leading: str, settings: FilterSettings
) -> Decision:
    observations = [one.observation() for one in weighing]
    stood = [
        (change_probability(observations, index, announced.stance, leading, settings), index)
        for index in _standing(weighing, new, announced.stance)
    ]
    if not stood:
        return Decision(announced, quiet="BELOW_CONFIDENCE")
    probability, index = max(stood)
    before = weighing[index]
    if probability < settings.announce_threshold:
        return Decision(announced, quiet="BELOW_CONFIDENCE")
    return Decision(announced, change=Change(before, new, probability))


def _standing(weighing: Sequence[Evidence], new: Evidence, stance: str) -> list[int]:
    """Where the statements of the stance in force stand, back to the last one of another stance: any of them can show
    where the actor stood, and a doubtful later one doesn't weaken a clear earlier one.
    """
    standing: list[int] = []
    for index in reversed(range(len(weighing))):
        one = weighing[index]
        if one is new or one.said_at > new.said_at:
            continue
        if one.stance == stance:
            standing.append(index)
        elif standing:
            break
    return standing


def _latest(evidence: Sequence[Evidence], stance: str) -> Evidence | None:
    """The newest statement that stands for a stance; of equal age, the clearest."""
    fitting = [one for one in evidence if one.stance == stance]
    return max(fitting, key=lambda one: (one.said_at, max(one.likelihoods)), default=None)
