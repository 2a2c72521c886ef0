"""A second reader's word on a change: asked about both sides' quotes, it confirms, disputes or can't tell.

The first reader decides whether there is a change. The second one never takes it back: where the two disagree,
the change goes out marked, for an editor to judge. A second reader that can't be asked stops nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from stancewatch_schemas.models import PositionRef, StanceChange, Verification
from stancewatch_shared.logs import get_logger

from stance_classifier.model.base import StanceAnswer, StanceModel, StanceQuestion

Word = Literal["confirmed", "disputed", "not_verified"]
WEIGHTIEST_FIRST: tuple[Word, ...] = ("disputed", "not_verified", "confirmed")
MOST_NAME_CHARS, MOST_NOTE_CHARS = 512, 1000


def verify_change(change: StanceChange, context: str, model: StanceModel) -> StanceChange:
    """The change with the second reader's word on it; amendments come back as they are.

    `context` is the passage in which the new quote stands ("" where it is not at hand). Never raises: what
    goes wrong with the model is "not verified", with the reason.
    """
    if change.event != "changed":
        return change
    questions = questions_of(change, context)
    try:
        verification = verification_of(change, questions, model.judge(questions), reader_name(model))
    except Exception as error:
        # Whatever ails the second reader (its cache, its address, its files), the first one's find goes out.
        get_logger().warning("second_reader_failed", error=type(error).__name__)
        return not_verified(change, reader_name(model), f"the second reader failed ({type(error).__name__})")
    return _with(change, verification)


def not_verified(change: StanceChange, by: str, reason: str) -> StanceChange:
    """The change, marked as not verified."""
    return _with(change, Verification(by=by, verdict="not_verified", note=reason[:MOST_NOTE_CHARS]))


def reader_name(model: StanceModel) -> str:
    """Name and version, as a change carries them."""
    return f"{model.name} {model.version}"[:MOST_NAME_CHARS]


def questions_of(change: StanceChange, context: str = "") -> list[StanceQuestion]:
    """Two questions, about the previous and the new words; without its passage a quote is asked about alone."""
    return [_question(change, side, context) for side in (change.from_, change.to)]


def verification_of(
    change: StanceChange, questions: Sequence[StanceQuestion], answers: Sequence[StanceAnswer], by: str
) -> Verification:
    """The word on the change from the answers to `questions_of`: one dispute outweighs silence, and silence assent."""
    previous, new = (
        _word_on(name, side, question, answer)
        for name, side, question, answer in zip(
            ("previous", "new"), (change.from_, change.to), questions, answers, strict=True
        )
    )
    verdict = next(word for word in WEIGHTIEST_FIRST if word in (previous[0], new[0]))
    notes = dict.fromkeys(note for word, note in (previous, new) if word == verdict and note)
    return Verification(by=by, verdict=verdict, note="; ".join(notes)[:MOST_NOTE_CHARS])


def _question(change: StanceChange, side: PositionRef, context: str) -> StanceQuestion:
    # The passage is the new statement's: a short quote of another article may stand in it by chance.
    start = context.find(side.quote) if side.article_id == change.to.article_id else -1
    actor, proposition = change.actor.name, change.issue.proposition
    if start < 0:
        return StanceQuestion(actor, proposition, side.quote)
    return StanceQuestion(actor, proposition, context, (start, start + len(side.quote)))


def _word_on(
    name: str, side: PositionRef, question: StanceQuestion, answer: StanceAnswer
) -> tuple[Word, str]:
    if not answer.verified or answer.abstained:
        return "not_verified", (answer.note or "it can't tell").removeprefix("not verified: ")
    if answer.stance == "none" and question.span is None:
        return "not_verified", f"the {name} words alone don't show it whose position they are"
    if answer.stance != side.stance:
        reading = "no position of the actor" if answer.stance == "none" else answer.stance
        return "disputed", f"it reads the {name} words as {reading}"
    if answer.is_past and name == "new":
        return "disputed", "it reads the new words as an earlier position"
    return "confirmed", ""


def _with(change: StanceChange, verification: Verification) -> StanceChange:
    return change.model_copy(update={"verification": verification})
