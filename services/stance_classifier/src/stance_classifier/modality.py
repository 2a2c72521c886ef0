"""Whether an utterance commits its speaker: questions, conditions, retelling and guesses.

Each finding is named; the stance model judges the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CONDITION = re.compile(
    r"\b(?P<words>(?:provided|providing|assuming)(?: that)?\b[^.;”\"]{3,160}"
    r"|(?:on|under) (?:the )?conditions? (?:that|of)\b[^.;”\"]{3,160}"
    r"|(?:as|so) long as\b[^.;”\"]{3,160}"
    r"|only (?:if|when|once|after)\b[^.;”\"]{3,160}"
    r"|in (?:exchange|return) for\b[^.;”\"]{2,160}"
    r"|exchange (?:it|this|that) for\b[^.;”\"]{2,160}"
    r"|contingent (?:up)?on\b[^.;”\"]{2,160}"
    r"|unless\b[^.;”\"]{3,160}"
    r"|(?:but |and )?not (?:before|until|without)\b[^.;”\"]{3,160}"
    r"|(?<!as )(?<!even )(?<!what )\bif (?!not\b|any\b|necessary|anything|only)[^.;”\"]{3,160})",
    re.IGNORECASE,
)
_UNREAL_IF = re.compile(
    r"\b(?:as if|even if|what if|asked if|see if|wonder(?:ed)? if|know if|say if|ask if|doubt if|whether or not)\b",
    re.IGNORECASE,
)
_RETELLS = re.compile(
    r"\b(?:read|reads|heard|hears?|saw|learn(?:ed|t)|understand|understood|(?:am|was|were|been) told)\b[^.“”\"]{0,80}\b(?:that|how)\b"
    r"[^.“”\"]{0,60}\b(?:said|says|saying|told|tells|telling|claim(?:s|ed|ing)?)\b",
    re.IGNORECASE,
)
_OPINION_HEADLINE = re.compile(
    r"\s*(?:opinions?|comments?|commentary|analysis|columns?|editorial|op-?ed|leader|letters?|viewpoints?|essay|perspective|blog)\b\s*[:|–—-]",
    re.IGNORECASE,
)
_GUESS = re.compile(
    r"\b(?:of\s+course|probably|perhaps|surely|no\s+doubt|presumably|(?:is|are) bound to)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Modality:
    """What the wording itself tells about commitment."""

    is_question: bool
    condition: str | None


def is_commentary(title: str, narration: str) -> bool:
    """Whether narration is somebody's view and no report: an opinion piece, or a guess ("of course she will sign")."""
    return bool(_OPINION_HEADLINE.match(title) or _GUESS.search(narration))


def retells(words: str) -> bool:
    """Whether the speaker only passes on what somebody else said ("I read that she is out there saying ...")."""
    return bool(_RETELLS.search(words))


def read_modality(words: str) -> Modality:
    """Reads the utterance's own words (its content, without the reporting clause)."""
    stripped = words.strip().rstrip("”\"'’ ")
    condition = None if _UNREAL_IF.search(words) else _CONDITION.search(words)
    return Modality(
        is_question=stripped.endswith("?"),
        condition=condition.group("words").strip(" ,.") if condition else None,
    )
