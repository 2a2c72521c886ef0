"""Who said what: speaker, cue and content for every utterance of a document.

Rules for the wordings that news prose marks openly: cue verbs before and after the quotation, "according to",
transcript labels, quotations that go on over sentences and paragraphs, spokespeople, anonymous voices, outlets
that pass on a story. Where no rule is sure, the attribution says so by its confidence, and the stance model,
which is asked about this actor and these words together, decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from stance_classifier.bare_quotations import attribute_bare_quotation, inherit_within_paragraph
from stance_classifier.clauses import content_of, find_aside, said_in_aside, skip_dateline, split_coordinated
from stance_classifier.entities import Mention
from stance_classifier.lexicon import NO_SUBJECTS, SAYING
from stance_classifier.passages import Document, Span
from stance_classifier.speakers import Speaker, find_speaker, is_inverted
from stance_classifier.utterance import Attribution, paragraph_of

_WORD = re.compile(r"[\w'’\-]+")
_LABEL = re.compile(r"^(?P<label>[A-Z][\w .'’\-]{0,40}?):\s")
_LABELLED_LINE = re.compile(r"^[A-Z][\w .'’\-]{0,40}:\s", re.MULTILINE)
FEWEST_LABELS = 2
_ACCORDING = re.compile(r"\b[Aa]ccording to\b|\b[Ii]n the words of\b")
LONGEST_JOINED_CHARACTERS = 600


def attribute(
    document: Document, mentions: Sequence[Mention], answering: Mention | None = None
) -> list[Attribution]:
    """One attribution per utterance (a sentence, or the sentences that one quotation binds together)."""
    found: list[Attribution] = []
    label: Attribution | None = None
    for unit in utterance_units(document):
        inside = [mention for mention in mentions if unit.contains(mention)]
        labelled = _labelled(document, unit, inside, answering)
        if labelled is not None:
            label = labelled
        elif label is not None and paragraph_of(document, unit) != paragraph_of(document, label.unit):
            label = None
        if label is not None:
            content = labelled.content if labelled else unit
            found.append(
                Attribution(
                    unit,
                    content,
                    label.speaker,
                    ":",
                    label.voice,
                    True,
                    label.confidence,
                    (),
                    label.is_question,
                )
            )
            continue
        earlier = [m for m in mentions if m.end <= unit.start and m.actor_id is not None]
        found.append(_attribute_unit(document, skip_dateline(document.text, unit), inside, found, earlier))
    return inherit_within_paragraph(document, found)


def attribute_asides(
    document: Document, attributions: Sequence[Attribution], mentions: Sequence[Mention]
) -> list[tuple[int, Attribution]]:
    """Concessions and relative clauses that report an earlier position of the one who speaks in the main clause.

    "Despite having told parliament in July that ..., X said ..."; "X, who had long opposed it, said ...".
    Each comes with the index of the utterance in which it stands.
    """
    asides: list[tuple[int, Attribution]] = []
    for index, main in enumerate(attributions):
        clause = find_aside(document, main.unit)
        if clause is None or main.voice == "hearsay":
            continue
        beside = next((m for m in mentions if 0 < clause.start - m.end <= 2), None)
        speaker = beside or main.speaker
        if speaker is not None:
            clause = said_in_aside(document.text, clause)
            asides.append(
                (index, Attribution(main.unit, clause, speaker, "", "self", False, 0.85 * speaker.confidence))
            )
    return asides


def parts_of(document: Document, attribution: Attribution) -> list[Attribution]:
    """One attribution for each of the coordinated things said in an utterance ("that X and that Y")."""
    if not attribution.cue:
        return [attribution]
    parts = split_coordinated(document.text, attribution.content)
    return [attribution] if len(parts) == 1 else [replace(attribution, content=part) for part in parts]


def utterance_units(document: Document) -> list[Span]:
    """Sentences, joined where a quotation of at most 600 characters runs across their border."""
    units: list[Span] = []
    paragraph = -2
    for sentence in document.sentences:
        bound = any(
            q.start < sentence.start - 1
            and q.end > sentence.start
            and q.end - q.start <= LONGEST_JOINED_CHARACTERS
            for q in document.quotations
        )
        if units and bound and sentence.paragraph == paragraph:
            units[-1] = Span(units[-1].start, sentence.end)
        else:
            units.append(Span(sentence.start, sentence.end))
        paragraph = sentence.paragraph
    return units


def _labelled(
    document: Document, unit: Span, inside: list[Mention], answering: Mention | None
) -> Attribution | None:
    """A transcript's line: "NAME: words", "Q: words", "A: words" (see interviews.py)."""
    label = _LABEL.match(document.text[unit.start : unit.end])
    if label is None or len(_LABELLED_LINE.findall(document.text)) < FEWEST_LABELS:
        return None
    content = Span(unit.start + label.end(), unit.end)
    if label.group("label") == "Q":
        return Attribution(unit, content, None, ":", "other", True, 0.0, is_question=True)
    if label.group("label") == "A":
        confidence = answering.confidence if answering is not None else 0.0
        return Attribution(unit, content, answering, ":", "self", True, confidence)
    named_here = next((m for m in inside if m.end - unit.start <= label.end("label") + 1), None)
    if named_here is None:
        return None
    return Attribution(unit, content, named_here, ":", "self", True, 0.95)


def _attribute_unit(
    document: Document,
    unit: Span,
    inside: list[Mention],
    found: list[Attribution],
    watched_before: list[Mention],
) -> Attribution:
    aside = find_aside(document, unit)
    mentions = [m for m in inside if aside is None or not aside.contains(m)] or inside
    quotations = [
        q for q in document.quotations_in(unit) if q.end - q.start > 1 and not (aside and aside.contains(q))
    ]
    outside = [m for m in mentions if not document.is_quoted(m) and m.text.lower() not in NO_SUBJECTS]
    outlets: tuple[str, ...] = ()
    for cue, word in _cues(document, unit, aside):
        lately = watched_before[-1] if watched_before else None
        speaker = find_speaker(
            document.text, unit, cue, outside, is_inverted(document.text, unit, cue, aside), lately
        )
        if speaker is None and word.endswith("ing") and found and found[-1].speaker is not None:
            speaker = Speaker(found[-1].speaker, found[-1].voice, 0.6 * found[-1].confidence)
        if speaker is None:
            continue
        named = speaker.mention
        if (
            named is not None
            and named.actor_id is None
            and word in {"reported", "reports"}
            and not named.is_person
        ):
            outlets = (*outlets, named.text)
            continue
        body = Span(aside.end, unit.end) if aside is not None and aside.start <= unit.start + 1 else unit
        content, direct = content_of(document, body, cue, quotations, named)
        return Attribution(unit, content, named, word, speaker.voice, direct, speaker.confidence, outlets)
    if quotations:
        return attribute_bare_quotation(document, unit, quotations, outside, found)
    subject = outside[0] if outside else None
    return Attribution(unit, unit, subject, "", "act", False, subject.confidence if subject else 0.0, outlets)


def _cues(document: Document, unit: Span, aside: Span | None) -> list[tuple[Span, str]]:
    """Cues outside quotations and asides; one that governs the whole unit goes before one inside a clause."""
    text = document.text
    cues = [
        (Span(m.start(), m.end()), "according to") for m in _ACCORDING.finditer(text, unit.start, unit.end)
    ]
    for match in _WORD.finditer(text, unit.start, unit.end):
        span = Span(match.start(), match.end())
        if match.group(0).lower() in SAYING and not document.is_quoted(span):
            cues.append((span, match.group(0).lower()))
    free = [cue for cue in cues if aside is None or not aside.contains(cue[0])]
    governing = [c for c in free if is_inverted(text, unit, c[0], aside) or _is_trailing(text, unit, c[0])]
    ordered = [*governing, *(c for c in free if c not in governing)]
    return sorted(ordered, key=lambda cue: cue[1].endswith("ing") and cue[1] != "according to")


def _is_trailing(text: str, unit: Span, cue: Span) -> bool:
    """Whether "..., NAME said." ends the unit: the cue then governs all that stands before it."""
    rest, before = text[cue.end : unit.end], text[unit.start : cue.start]
    comma = before.rfind(",")
    return (
        comma > 20 and len(rest) < 45 and not re.search(r"\bthat\b|[“\"]", rest) and len(before) - comma < 70
    )
