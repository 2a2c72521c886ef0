"""Parts of an utterance: asides that report an earlier position, datelines, and the content behind a cue."""

from __future__ import annotations

import re

from stance_classifier.passages import Document, Span

SHORTEST_CONTENT = 6
SHORTEST_ASIDE = 15

_DATELINE = re.compile(r"^[A-Z][A-Z .'’\-]{2,30}(?:, [A-Z][\w .]{2,30})?(?: \([^)]{2,30}\))? ?[—–-]+ ")
_LEAD_IN = re.compile(
    r"[\s,:;—–-]*(?:(?:(?:late |early )?on )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    r"(?: (?:morning|afternoon|evening|night))?\b[\s,]*)?(?:that\s)?[\s,:]*"
)
_ASKED = re.compile(r"\basked\b", re.IGNORECASE)
_AND_THAT = re.compile(r",?\s(?:and|but)\sthat\s")
_CONTRAST = re.compile(
    r"(?:despite|although|though|contrary to|having|after (?:\w+ ){0,3}(?:having|years|months|weeks|long))\b",
    re.IGNORECASE,
)
_REPORTED_IN_ASIDE = re.compile(
    r"(?:despite|contrary to|although|though|after|having)\b[^“”\"]{0,70}?\b(?:reports?|claims?|statements?|suggestions?|told [\w\s]{2,40}?|said|insist\w+|vow\w+|pledg\w+|promis\w+|stat\w+|argu\w+)\b[^“”\",]{0,30}?\bthat\s",
    re.IGNORECASE,
)
_ADDRESSEE = re.compile(r"^\s(?:[^,.;:“”\"]{1,80}?\s)?that\s")
_CONCESSION = re.compile(
    r"^(?P<clause>(?:despite|although|though|while|whereas|having|once|long|formerly|contrary to|until (?:now|recently|last)"
    r"|after (?:\w+ ){0,3}(?:having|years|months|weeks|long|saying|insisting|vowing|promising|telling|arguing|opposing|backing|supporting|refusing|rejecting)"
    r"|(?:\w+ )?(?:days|weeks|months|years|hours|a day|a week|a month|a year) after"
    r"|in (?:january|february|march|april|may|june|july|august|september|october|november|december|\d{4}))\b"
    r"[^“”\"]*?(?:[“\"][^“”\"]*[”\"][^“”\",]*)?),\s(?=\S)",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r",\s(?P<clause>(?:who|long|once|formerly|previously|an? (?:one-?time|former|long-?time|erstwhile)|having)\b"
    r"[^,“”\"]*(?:[“\"][^“”\"]*[”\"])?[^,“”\"]*),"
)


def skip_dateline(text: str, unit: Span) -> Span:
    """The unit without "CITY, Country - " at its head."""
    match = _DATELINE.match(text[unit.start : unit.end])
    return Span(unit.start + match.end(), unit.end) if match else unit


def find_aside(document: Document, unit: Span) -> Span | None:
    """A concession at the head, or a relative clause behind a name, in which something earlier may be reported."""
    words = document.text[unit.start : unit.end]
    match = _CONCESSION.search(words) or _RELATIVE.search(words)
    if match is None or match.end("clause") - match.start("clause") < SHORTEST_ASIDE:
        return None
    return Span(unit.start + match.start("clause"), unit.start + match.end("clause"))


def said_in_aside(text: str, aside: Span) -> Span:
    """What a concession says was said: "despite reports that X" and "having told Y that X" are about X."""
    frame = _REPORTED_IN_ASIDE.match(text[aside.start : aside.end])
    return Span(aside.start + frame.end(), aside.end) if frame else aside


def is_concession(document: Document, unit: Span) -> bool:
    """Whether the utterance sets something earlier against what it reports ("Despite ..., she said")."""
    return bool(_CONTRAST.match(document.text[unit.start : unit.end]))


def split_coordinated(text: str, content: Span) -> list[Span]:
    """ "that X and that Y" are two things said; each part stands for itself."""
    cuts = list(_AND_THAT.finditer(text, content.start, content.end))
    starts = [content.start, *(cut.end() for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), content.end]
    parts = [trim_content(text, Span(start, end)) for start, end in zip(starts, ends, strict=True)]
    return parts if all(part.end - part.start >= SHORTEST_ASIDE for part in parts) else [content]


def trim_content(text: str, span: Span) -> Span:
    """Without leading weekday or "that", and without punctuation at both ends."""
    start, end = span.start, span.end
    lead = _LEAD_IN.match(text[start:end])
    start += lead.end() if lead else 0
    while end > start and text[end - 1] in " \n,.;:—–-":
        end -= 1
    return Span(start, end) if end - start >= SHORTEST_CONTENT else span


def content_of(
    document: Document, unit: Span, cue: Span, quotations: list[Span], speaker: Span | None
) -> tuple[Span, bool]:
    """The words that a cue governs, and whether they are quoted.

    A quotation of some length is the content; else the clause behind the cue ("said that ...") or before it
    ("..., NAME said"), whichever is longer. A short answer ("Asked whether ..., she said 'Yes'") needs its question.
    """
    text = document.text
    if quotations:
        longest = max(quotations, key=lambda q: q.end - q.start)
        share = (longest.end - longest.start) / max(1, unit.end - unit.start)
        if longest.end - longest.start >= 25 or (len(quotations) == 1 and share > 0.4):
            return trim_content(text, Span(max(longest.start, unit.start), min(longest.end, unit.end))), True
    if quotations and _ASKED.search(text[unit.start : cue.start]):
        return unit, True
    after = max(cue.end, speaker.end if speaker is not None and speaker.start >= cue.end else cue.end)
    addressee = _ADDRESSEE.match(text[after : unit.end])
    rest = Span(after + (addressee.end() if addressee else 0), unit.end)
    lead = Span(unit.start, min(cue.start, speaker.start if speaker is not None else cue.start))
    chosen = rest if addressee or rest.end - rest.start >= lead.end - lead.start else lead
    trimmed = trim_content(text, chosen)
    return (trimmed if trimmed.end - trimmed.start >= SHORTEST_CONTENT else unit), bool(quotations)
