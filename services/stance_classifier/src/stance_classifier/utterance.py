"""One utterance with its speaker: what attribution hands on."""

from __future__ import annotations

from dataclasses import dataclass

from stance_classifier.entities import Mention
from stance_classifier.passages import Document, Span
from stance_classifier.speakers import Voice


@dataclass(frozen=True)
class Attribution:
    """One utterance: the words under judgement, who spoke them, and how sure that is.

    `speaker` is None where nobody is named; `voice` "act" means that the newspaper itself reports what was done.
    """

    unit: Span
    content: Span
    speaker: Mention | None
    cue: str
    voice: Voice
    direct: bool
    confidence: float
    reported_by: tuple[str, ...] = ()
    is_question: bool = False


def paragraph_of(document: Document, unit: Span) -> int:
    """The paragraph in which an utterance begins."""
    return document.sentence_at(unit.start).paragraph
