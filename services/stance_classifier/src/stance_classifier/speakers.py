"""Who speaks at a cue: subject before it, inverted subject after it, and for whom that person speaks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from stance_classifier.entities import Mention
from stance_classifier.lexicon import ADDRESSING, ANONYMOUS, AUTHORISED, ROLE_HEADS
from stance_classifier.passages import Span

Voice = Literal["self", "spokesperson", "organisation", "act", "hearsay", "other"]

_WORD = re.compile(r"[\w'’\-]+")
_INVERTED_BEFORE = re.compile(r"""(?:[!?"”'’—–]|[,!?]["”'’]|,)\s*$""")
_FOR_ACTOR = re.compile(
    r"\b(?:spokes(?:man|woman|person|people)|(?:press )?(?:office|secretary)|lawyers?|solicitor|attorney|representative|statement)\b"
    r"[\w\s,]{0,30}\b(?:for|of|from|to|representing|on behalf of)\s+(?:the\s|[A-Z][\w.]+\s|[a-z]+\s){0,3}$"
)
_NEAR_ACTOR = re.compile(
    r"\b(?:aides?|advis[eo]rs?|all(?:y|ies)|friends?|sources?|officials?|colleagues?|insiders?|people|rivals?|opponents?|critics|supporters|those|someone|diplomats?|members?)\b"
    r"[\w\s,'’]{0,30}\b(?:to|of|close to|near|around|in|for|with)\s+(?:the\s|[A-Z][\w.]+\s|[a-z]+\s){0,3}$"
)
_SPOKESPERSON_TITLE = re.compile(
    r"\b(?:spokes(?:man|woman|person)|press secretary|communications (?:chief|director))\s$", re.IGNORECASE
)
_ITS_ROLE = re.compile(
    rf"\b(?:its|their)\s(?:[\w\-]+\s){{0,2}}(?:{'|'.join(sorted(ROLE_HEADS))}),?\s$", re.IGNORECASE
)
_BARE_ROLE = re.compile(rf"(?:^|[\s,])(?:{'|'.join(sorted(ROLE_HEADS))}),?\s$", re.IGNORECASE)
_ON_BEHALF = re.compile(r"^[^.“”\"]{0,30}\bon (?:the )?(?:[\w’']+ )?behalf\b|^ (?:for|on behalf of) ")
_POSSESSED = re.compile(r"^['’]s?\s+((?:[\w\-]+\s?){1,3})")
_OBJECT_OF = re.compile(
    r"\b(?:to|of|with|for|by|in|about|against|from|on|at|than|into|over|between|under|near)\s+"
    r"(?:(?:the|a|an|his|her|its|their|[A-Z][\w.]*|[\w\-]+(?:an|ish|ese|ian|ed|al|ic))\s+){0,3}$"
)
_APPOSITION = re.compile(r",[^,]{2,120},")
_SECOND_VERB = re.compile(r"\b(?:and|but|then|or)\s(?:\w+ly\s|also\s|later\s)?$")


@dataclass(frozen=True)
class Speaker:
    """Whose words they are; `mention` is None for an anonymous voice."""

    mention: Mention | None
    voice: Voice
    confidence: float


def is_inverted(text: str, unit: Span, cue: Span, aside: Span | None) -> bool:
    """Whether the subject may follow the cue ("...," said NAME); verbs with a person as object need a quotation before them."""
    if aside is not None and 0 <= cue.start - aside.end <= 2:
        return False
    word, before = text[cue.start : cue.end].lower(), text[unit.start : cue.start].rstrip()
    if word.endswith("ing") and not word.startswith("accord"):
        return False
    if word in ADDRESSING and not before.endswith(("”", '"', "’", "'")):
        return False
    return bool(_INVERTED_BEFORE.search(before)) or word.startswith("accord")


def find_speaker(
    text: str, unit: Span, cue: Span, mentions: Sequence[Mention], inverted: bool, lately: Mention | None
) -> Speaker | None:
    """The speaker at a cue, or None where nobody fits.

    `lately` is the watched actor mentioned last before this unit: "spokesman NAME" speaks for that one.
    """
    before = [m for m in mentions if m.end <= cue.start]
    after = [
        m
        for m in mentions
        if m.start >= cue.end
        and m.start - cue.end <= 60
        and not re.search(r"[.;“\"]", text[cue.end : m.start])
    ]
    anonymous = _is_anonymous(text, unit, cue, inverted)
    closes_apposition = bool(before) and text[before[-1].end : cue.start].strip() == ","
    if inverted and after and not closes_apposition:
        mention = after[0]
    elif before:
        mention = _subject_before(text, before, cue.start)
    else:
        return Speaker(None, "hearsay", 0.9) if anonymous else None
    return _voice_of(text, unit, mention, mentions, anonymous, lately)


def _subject_before(text: str, before: list[Mention], start: int) -> Mention:
    """The subject of a cue among the mentions before it.

    A participle ("..., adding that") and a second verb ("... and said") take the subject of the sentence; a
    mention behind a preposition is an object; "NAME, chair of BODY, said" is about NAME.
    """
    cue = re.match(r"\w+", text[start:])
    lead = text[before[0].end : start]
    if (cue and cue.group(0).endswith("ing")) or _SECOND_VERB.search(lead):
        return before[0]
    for position in range(len(before) - 1, -1, -1):
        mention = before[position]
        if position and _OBJECT_OF.search(text[before[position - 1].end : mention.start]):
            continue
        gap = _APPOSITION.sub(" ", text[mention.end : start])
        if len(gap.split()) <= 5 or position == 0:
            return mention
    return before[-1]


def _is_anonymous(text: str, unit: Span, cue: Span, inverted: bool) -> bool:
    window = text[cue.end : cue.end + 50] if inverted else text[max(unit.start, cue.start - 60) : cue.start]
    words = [word.lower() for word in _WORD.findall(window)]
    return any(word in ANONYMOUS for word in (words[:4] if inverted else words[-4:]))


def _voice_of(
    text: str,
    unit: Span,
    mention: Mention,
    mentions: Sequence[Mention],
    anonymous: bool,
    lately: Mention | None,
) -> Speaker:
    before = text[max(unit.start, mention.start - 70) : mention.start]
    after = text[mention.end : mention.end + 60]
    possessed = _POSSESSED.match(after)
    words = mention.text.lower().split()
    speaks_for_owner = (
        mention.kind != "name"
        and words[0] in {"his", "her", "its", "their"}
        and (words[-1] in AUTHORISED or "press" in words[1:])
    )
    if speaks_for_owner or _FOR_ACTOR.search(before) or (possessed and _is_authorised(possessed.group(1))):
        return Speaker(mention, "spokesperson", 0.95 * mention.confidence)
    if _NEAR_ACTOR.search(before) or anonymous:
        return Speaker(mention, "hearsay", 0.9)
    if possessed:
        own_body = not mention.is_person and mention.actor_id is not None
        return Speaker(mention, "organisation" if own_body else "hearsay", 0.8 * mention.confidence)
    if mention.actor_id is None:
        represented = _represented(mention, mentions, before, after, lately)
        if represented is not None:
            return represented
    voice: Voice = "self" if mention.is_person else "organisation"
    if not mention.name:
        return Speaker(mention, voice, 0.3)
    return Speaker(mention, voice, 0.97 if mention.confidence >= 1 else mention.confidence)


def _is_authorised(possessed: str) -> bool:
    """ "spokesman", "chief spokeswoman", "press secretary": whom an actor lets speak, before any other noun's name."""
    words = [word for word in possessed.split() if word.islower()]
    return words[:1] != [] and (words[0] in AUTHORISED or any(word.startswith("spokes") for word in words))


def _represented(
    mention: Mention,
    mentions: Sequence[Mention],
    before: str,
    after: str,
    lately: Mention | None,
) -> Speaker | None:
    """Whom an unwatched person speaks for: "BODY spokesman NAME", "its director, NAME", "NAME, on BODY's behalf"."""
    watched_here = [m for m in mentions if m.actor_id is not None and m is not mention]
    close = [m for m in watched_here if 0 <= mention.start - m.end <= 40 or 0 <= m.start - mention.end <= 40]
    if _SPOKESPERSON_TITLE.search(before):
        named = next((m for m in close if m.end <= mention.start), None) or lately
        return Speaker(named, "spokesperson", 0.9 * named.confidence) if named is not None else None
    if _ON_BEHALF.search(after):
        named = next((m for m in close if m.start >= mention.end), None)
        return Speaker(named, "spokesperson", 0.9 * named.confidence) if named is not None else None
    body_before = next(
        (m for m in reversed(watched_here) if m.end <= mention.start and not m.is_person), None
    )
    if body_before is not None and _BARE_ROLE.search(before):
        return Speaker(body_before, "organisation", 0.75 * body_before.confidence)
    if _ITS_ROLE.search(before):
        body = (
            next((m for m in reversed(watched_here) if m.end <= mention.start and not m.is_person), None)
            or lately
        )
        if body is not None and not body.is_person:
            return Speaker(body, "organisation", 0.8 * body.confidence)
    return None
