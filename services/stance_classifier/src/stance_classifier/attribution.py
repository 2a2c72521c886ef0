"""Who said what: speaker, cue and content for every utterance of a document.

Rules for the wordings that news prose marks openly: cue verbs before and after the quotation, "according to",
transcript labels, quotations that go on over sentences and paragraphs, spokespeople, anonymous voices, outlets
that pass on a story. Where no rule is sure, the attribution says so by its confidence, and the stance model,
which is asked about this actor and these words together, decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from stance_classifier.entities import Mention
from stance_classifier.lexicon import ANONYMOUS, AUTHORISED, SAYING
from stance_classifier.passages import Document, Sentence, Span

Voice = Literal["self", "spokesperson", "organisation", "act", "hearsay", "other"]

_WORD = re.compile(r"[\w'’\-]+")
_LABEL = re.compile(r"^(?P<label>[A-Z][\w .'’\-]{0,40}?):\s")
_ACCORDING = re.compile(r"\b[Aa]ccording to\b|\b[Ii]n the words of\b")
_INVERTED_BEFORE = re.compile(r"""[,?!"”'’—–-]\s*$""")
_FOR_ACTOR = re.compile(
    r"\b(spokes(?:man|woman|person)|(?:press )?(?:office|secretary)|lawyers?|solicitor|attorney|representative|statement|office)\b"
    r"[\w\s,]{0,30}\b(?:for|of|from|to|speaking for|representing|on behalf of)\s+(?:the\s|[A-Z][\w.]+\s|[a-z]+\s){0,3}$"
)
_NEAR_ACTOR = re.compile(
    r"\b(aides?|advis[eo]rs?|all(?:y|ies)|friends?|sources?|officials?|colleagues?|insiders?|people|rivals?|opponents?|critics|supporters|those|someone|diplomats?|members?)\b"
    r"[\w\s,'’]{0,30}\b(?:to|of|close to|near|around|in|for|with)\s+(?:the\s|[A-Z][\w.]+\s|[a-z]+\s){0,3}$"
)
_LEAD_IN = re.compile(
    r"[\s,:;—–-]*(?:(?:(?:late |early )?on )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?: (?:morning|afternoon|evening|night))?\b[\s,]*)?(?:that\s)?[\s,:]*"
)
_CONCESSION = re.compile(
    r"^(?:[A-Z][A-Z ,.]+(?:\([^)]*\) )?[—–-]+ )?(?P<clause>(?:despite|although|though|while|whereas|having|after (?:\w+ ){0,3}(?:having|years|months|weeks|long|saying|insisting|vowing|promising|telling|arguing|opposing|backing|supporting|refusing|rejecting)|"
    r"(?:\w+ )?(?:days|weeks|months|years|hours|a day|a week|a month|a year) after|once|long|formerly|until (?:now|recently|last)|contrary to|in (?:january|february|march|april|may|june|july|august|september|october|november|december|\d{4}))\b[^“”\"]*?(?:[“\"][^“”\"]*[”\"][^“”\",]*)?),\s(?=\S)",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r",\s(?P<clause>(?:who|which|long|once|formerly|previously|an? (?:one-?time|former|long-?time|longtime|erstwhile)|having)\b[^,“”\"]*(?:[“\"][^“”\"]*[”\"])?[^,“”\"]*),"
)
SHORTEST_CONTENT = 6
_OBJECT_OF = re.compile(
    r"\b(?:to|of|with|for|by|in|about|against|from|on|at|than|into|over|between|under|near)\s+(?:(?:the|a|an|his|her|its|their|[A-Z][\w.]*|[\w\-]+(?:an|ish|ese|ian|ed|al|ic))\s+){0,3}$"
)
_APPOSITION = re.compile(r",[^,]{2,80},")
_POSSESSED = re.compile(r"^['’]s?\s+((?:[\w\-]+\s){0,3}?)(\w+)")


@dataclass(frozen=True)
class Attribution:
    """One utterance: the words under judgement, who spoke them, and how sure that is.

    `speaker` is None for narration; `voice` "act" then means that the newspaper itself reports what was done.
    """

    unit: Span
    content: Span
    speaker: Mention | None
    cue: str
    voice: Voice
    direct: bool
    confidence: float
    reported_by: tuple[str, ...] = ()


def attribute(document: Document, mentions: Sequence[Mention]) -> list[Attribution]:
    """One attribution per utterance (a sentence, or the sentences that one quotation binds together)."""
    found: list[Attribution] = []
    for unit in utterance_units(document):
        inside = [mention for mention in mentions if unit.contains(mention)]
        aside = _aside(document, unit)
        main = [m for m in inside if aside is None or not aside.contains(m)] or inside
        found.append(_attribute_unit(document, unit, main, found, aside))
    return _inherit_within_paragraph(document, found)


def attribute_asides(
    document: Document, attributions: Sequence[Attribution]
) -> list[tuple[int, Attribution]]:
    """Concessions and relative clauses that report an earlier position of the one who speaks in the main clause.

    "Despite having told parliament in July that ..., X said ..."; "X, who had long opposed it, said ...".
    Each comes with the index of the utterance in which it stands.
    """
    asides: list[tuple[int, Attribution]] = []
    for index, main in enumerate(attributions):
        clause = _aside(document, main.unit)
        if clause is not None and main.speaker is not None and main.voice != "hearsay":
            confidence = 0.85 * main.speaker.confidence
            asides.append(
                (index, Attribution(main.unit, clause, main.speaker, "", "self", False, confidence))
            )
    return asides


def _aside(document: Document, unit: Span) -> Span | None:
    words = document.text[unit.start : unit.end]
    match = _CONCESSION.search(words) or _RELATIVE.search(words)
    if match is None or match.end("clause") - match.start("clause") < 15:
        return None
    return Span(unit.start + match.start("clause"), unit.start + match.end("clause"))


def utterance_units(document: Document) -> list[Span]:
    """Sentences, joined where a quotation of at most 600 characters runs across their border."""
    units: list[Span] = []
    paragraph = -2
    for sentence in document.sentences:
        border = Span(sentence.start - 1, sentence.start)
        bound = any(
            q.start < border.start and q.end > border.end and q.end - q.start <= 600
            for q in document.quotations
        )
        if units and bound and sentence.paragraph == paragraph:
            units[-1] = Span(units[-1].start, sentence.end)
        else:
            units.append(Span(sentence.start, sentence.end))
        paragraph = sentence.paragraph
    return units


def _attribute_unit(
    document: Document, unit: Span, mentions: list[Mention], earlier: list[Attribution], aside: Span | None
) -> Attribution:
    text = document.text
    label = _LABEL.match(text[unit.start : unit.end])
    if label and label.group("label") not in ("Q", "A"):
        speaker = next((m for m in mentions if m.start < unit.start + label.end()), None)
        if speaker is not None and speaker.end - unit.start <= label.end("label") + 1:
            return Attribution(
                unit, Span(unit.start + label.end(), unit.end), speaker, ":", "self", True, 0.95
            )
    quotations = [
        q for q in document.quotations_in(unit) if q.end - q.start > 1 and not (aside and aside.contains(q))
    ]
    outside = [m for m in mentions if not document.is_quoted(m)]
    outlets: tuple[str, ...] = ()
    for start, end, cue in _cues(document, unit):
        if aside is not None and aside.start <= start < aside.end:
            continue
        speaker, voice, confidence = _speaker_of(text, unit, start, end, outside)
        if speaker is None and voice == "self":
            continue
        if (
            speaker is not None
            and speaker.actor_id is None
            and cue in {"reported", "reports"}
            and not speaker.is_person
        ):
            outlets = (*outlets, speaker.text)
            continue
        content, direct = _content(document, unit, start, end, quotations, speaker)
        return Attribution(unit, content, speaker, cue, voice, direct, confidence, outlets)
    if quotations:
        return _continued_quotation(document, unit, quotations, outside, earlier)
    subject = outside[0] if outside else None
    confidence = 0.0 if subject is None else min(subject.confidence, 0.85)
    return Attribution(unit, unit, subject, "", "act", False, confidence, outlets)


def _cues(document: Document, unit: Span) -> list[tuple[int, int, str]]:
    """Cues outside quotations, the outermost first: a trailing or leading cue goes before one inside a clause."""
    text = document.text
    cues = [(m.start(), m.end(), "according to") for m in _ACCORDING.finditer(text, unit.start, unit.end)]
    for match in _WORD.finditer(text, unit.start, unit.end):
        word = match.group(0).lower()
        if word in SAYING and not document.is_quoted(Span(match.start(), match.end())):
            cues.append((match.start(), match.end(), word))
    inverted = [
        c for c in cues if _INVERTED_BEFORE.search(text[unit.start : c[0]]) or _is_trailing(text, unit, c)
    ]
    return [*inverted, *(c for c in cues if c not in inverted)]


def _is_trailing(text: str, unit: Span, cue: tuple[int, int, str]) -> bool:
    """Whether "..., NAME said." ends the unit: the cue then governs all that stands before it."""
    rest = text[cue[1] : unit.end]
    before = text[unit.start : cue[0]]
    comma = before.rfind(",")
    return (
        comma > 20 and len(rest) < 45 and not re.search(r"\bthat\b|[“\"]", rest) and len(before) - comma < 70
    )


def _speaker_of(
    text: str, unit: Span, start: int, end: int, mentions: list[Mention]
) -> tuple[Mention | None, Voice, float]:
    before = [m for m in mentions if m.end <= start]
    after = [
        m
        for m in mentions
        if m.start >= end and m.start - end <= 60 and not re.search(r"[.;“\"]", text[end : m.start])
    ]
    is_inverted = bool(_INVERTED_BEFORE.search(text[unit.start : start])) or text[
        start:end
    ].lower().startswith("according")
    anonymous = _anonymous_subject(text, unit, start, end, is_inverted)
    chosen = (after or before) if is_inverted else before
    if not chosen:
        return (None, "hearsay", 0.9) if anonymous else (None, "self", 0.0)
    mention = chosen[0] if is_inverted and after else _subject_before(text, chosen, start)
    return _voice_of(text, unit, mention, anonymous)


def _subject_before(text: str, before: list[Mention], start: int) -> Mention:
    """The subject of a cue among the mentions before it.

    A participle ("..., adding that") and a second verb ("... and said") take the subject of the sentence; a
    mention behind a preposition is an object; "NAME, chair of BODY, said" is about NAME.
    """
    cue = re.match(r"\w+", text[start:])
    lead = text[before[0].end : start]
    if (cue and cue.group(0).endswith("ing")) or re.search(
        r"\b(?:and|but|then|or)\s(?:\w+ly\s|also\s|later\s)?$", lead
    ):
        return before[0]
    for position in range(len(before) - 1, -1, -1):
        mention = before[position]
        if position and _OBJECT_OF.search(text[before[position - 1].end : mention.start]):
            continue
        gap = _APPOSITION.sub(" ", text[mention.end : start])
        if len(gap.split()) <= 5 or position == 0:
            return mention
    return before[-1]


def _anonymous_subject(text: str, unit: Span, start: int, end: int, is_inverted: bool) -> bool:
    window = text[end : end + 50] if is_inverted else text[max(unit.start, start - 60) : start]
    words = [word.lower() for word in _WORD.findall(window)]
    near = words[:4] if is_inverted else words[-7:]
    return any(word in ANONYMOUS for word in near)


def _voice_of(
    text: str, unit: Span, mention: Mention, anonymous: bool
) -> tuple[Mention | None, Voice, float]:
    before = text[max(unit.start, mention.start - 70) : mention.start]
    possessed = _POSSESSED.match(text[mention.end : mention.end + 50])
    if _FOR_ACTOR.search(before) or (possessed and possessed.group(2).lower() in AUTHORISED):
        return mention, "spokesperson", 0.95 * mention.confidence
    if possessed and not mention.is_person and mention.actor_id:
        return mention, "organisation", 0.8 * mention.confidence
    if _NEAR_ACTOR.search(before) or possessed or anonymous:
        return mention, "hearsay", 0.9
    voice: Voice = "self" if mention.is_person else "organisation"
    return mention, voice, (0.97 if mention.confidence >= 1 else mention.confidence) if mention.name else 0.3


def _content(
    document: Document, unit: Span, start: int, end: int, quotations: list[Span], speaker: Mention | None
) -> tuple[Span, bool]:
    text = document.text
    if quotations:
        longest = max(quotations, key=lambda q: q.end - q.start)
        if longest.end - longest.start >= 25 or (
            len(quotations) == 1 and longest.end - longest.start > 0.4 * (unit.end - unit.start)
        ):
            clipped = Span(max(longest.start, unit.start), min(longest.end, unit.end))
            return _trimmed(text, clipped), True
    head_end = max(end, speaker.end if speaker is not None and speaker.start >= end else end)
    rest = Span(head_end, unit.end)
    lead = Span(unit.start, min(start, speaker.start if speaker is not None else start))
    chosen = rest if rest.end - rest.start >= lead.end - lead.start else lead
    return _trimmed(text, chosen), bool(quotations)


def _trimmed(text: str, span: Span) -> Span:
    """Without leading "that", "on Monday", and punctuation at both ends."""
    start, end = span.start, span.end
    lead = _LEAD_IN.match(text[start:end])
    start += lead.end() if lead else 0
    while end > start and text[end - 1] in " \n,.;:—–-":
        end -= 1
    return Span(start, end) if end - start >= SHORTEST_CONTENT else span


def _continued_quotation(
    document: Document, unit: Span, quotations: list[Span], outside: list[Mention], earlier: list[Attribution]
) -> Attribution:
    """A quotation without a cue of its own: its speaker stands beside it, before it or in the paragraph above."""
    longest = max(quotations, key=lambda q: q.end - q.start)
    content = Span(max(longest.start, unit.start), min(longest.end, unit.end))
    covered = (content.end - content.start) / max(1, unit.end - unit.start)
    if outside and covered < 0.95:
        speaker = outside[0]
        return Attribution(
            unit, _trimmed(document.text, content), speaker, "", "self", True, 0.75 * speaker.confidence
        )
    previous = earlier[-1] if earlier else None
    if previous is not None and previous.direct and previous.speaker is not None:
        near = document.text[previous.unit.end : unit.start].count("\n") <= 2
        if near:
            return Attribution(
                unit,
                content,
                previous.speaker,
                "",
                previous.voice,
                True,
                0.9 * previous.confidence,
                previous.reported_by,
            )
    return Attribution(unit, content, None, "", "other", True, 0.0)


def _inherit_within_paragraph(document: Document, found: list[Attribution]) -> list[Attribution]:
    """Bare quotations take the speaker of the attributed one that follows in the same paragraph."""
    result = list(found)
    for index in range(len(result) - 2, -1, -1):
        one, following = result[index], result[index + 1]
        if one.speaker is None and one.direct and following.direct and following.speaker is not None:
            same = _paragraph(document, one.unit) == _paragraph(document, following.unit)
            if same:
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


def _paragraph(document: Document, unit: Span) -> int:
    sentence: Sentence = document.sentence_at(unit.start)
    return sentence.paragraph
