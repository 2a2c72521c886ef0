"""Quotations without a cue of their own: whose they are follows from what stands beside them."""

from __future__ import annotations

from stance_classifier.clauses import trim_content
from stance_classifier.entities import Mention
from stance_classifier.passages import Document, Span
from stance_classifier.utterance import Attribution, paragraph_of


def attribute_bare_quotation(
    document: Document, unit: Span, quotations: list[Span], outside: list[Mention], found: list[Attribution]
) -> Attribution:
    """A quotation without a cue of its own: its speaker stands beside it, before it or in the paragraph above."""
    longest = max(quotations, key=lambda q: q.end - q.start)
    content = Span(max(longest.start, unit.start), min(longest.end, unit.end))
    covered = (content.end - content.start) / max(1, unit.end - unit.start)
    if outside and covered < 0.95:
        speaker = outside[0]
        chosen = trim_content(document.text, content) if covered > 0.4 else unit
        return Attribution(unit, chosen, speaker, "", "self", True, 0.75 * speaker.confidence)
    previous = found[-1] if found else None
    goes_on = previous is not None and document.text[previous.unit.end : unit.start].count("\n") <= 2
    if goes_on and previous is not None and previous.direct and previous.speaker is not None:
        confidence = 0.9 * previous.confidence
        return Attribution(
            unit, content, previous.speaker, "", previous.voice, True, confidence, previous.reported_by
        )
    if goes_on and previous is not None and previous.speaker is not None:
        if previous.cue and previous.voice in ("self", "organisation", "spokesperson"):
            confidence = 0.85 * previous.confidence
            return Attribution(unit, content, previous.speaker, "", previous.voice, True, confidence)
        if previous.voice == "act":
            confidence = 0.65 * previous.speaker.confidence
            return Attribution(unit, content, previous.speaker, "", "self", True, confidence)
    return Attribution(unit, content, None, "", "other", True, 0.0)


def inherit_within_paragraph(document: Document, found: list[Attribution]) -> list[Attribution]:
    """Bare quotations take the speaker of the attributed one that follows in the same paragraph."""
    result = list(found)
    for index in range(len(result) - 2, -1, -1):
        one, following = result[index], result[index + 1]
        same = paragraph_of(document, one.unit) == paragraph_of(document, following.unit)
        follows = following.direct or _opens_with_cue(document, following)
        bare = one.speaker is None and one.direct and not one.is_question
        if bare and follows and following.speaker is not None and same:
            result[index] = Attribution(
                one.unit,
                one.content,
                following.speaker,
                "",
                following.voice,
                True,
                0.9 * following.confidence,
            )
    return result


def _opens_with_cue(document: Document, following: Attribution) -> bool:
    """`"...?" NAME asked.` is cut in two behind the question mark: the second part only names the speaker."""
    if following.speaker is None or not following.cue:
        return False
    return following.cue in document.text[following.unit.start : following.speaker.end + 25]
