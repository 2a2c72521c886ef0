"""When something was said: resolves "on Sunday", "last week", "in July", "years ago" against the publication date.

Rule 6 and 7 of the semantics: order is by the time said; recaps are statements in the past.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from stance_classifier.lexicon import MONTHS, WEEKDAYS

Precision = Literal["published", "day", "week", "month", "year", "past"]

_DAY = "|".join(WEEKDAYS)
_MONTH = "|".join(MONTHS)
_WEEKDAY = re.compile(rf"\b(?P<last>last |previous )?(?P<day>{_DAY})(?P<poss>['’]s)?\b", re.IGNORECASE)
_AGO = re.compile(
    r"\b(?P<n>\d+|a|an|one|two|three|four|five|six|seven|eight|nine|ten|twelve|several|some|many|a few|few)?\s*(?P<unit>day|week|month|year|decade)s?\s+(?:ago|earlier|previously|before(?=\s*(?:[.,;:”\"]|$)))\b",
    re.IGNORECASE,
)
_LAST = re.compile(
    r"\b(?:last|the previous|the past)\s+(?P<unit>week|month|year|spring|summer|autumn|fall|winter|season)\b",
    re.IGNORECASE,
)
_MONTH_NAME = re.compile(
    rf"(?<!from )(?<!by )(?<!until )(?<!before )\b(?:in|last|on|back in|as early as|as recently as|early in|late in|early|late)\s(?:\d{{1,2}}(?:st|nd|rd|th)?\s)?(?:of\s)?(?P<month>{_MONTH})\b(?:\s(?P<dom>\d{{1,2}})\b(?!\d))?(?:,?\s(?P<year>(?:19|20)\d\d))?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:in|back in|during|as early as)\s(?:the\s)?(?P<year>(?:19|20)\d\d)s?\b")
_YESTERDAY = re.compile(r"\byesterday\b|\bthe day before\b|\blast night\b", re.IGNORECASE)
_TODAY = re.compile(r"\btoday\b|\btonight\b|\bthis (?:morning|afternoon|evening)\b", re.IGNORECASE)
_PAST_PERFECT = re.compile(
    r"\b(?:had|has|having)\s+(?:\w+ly\s)?(?:long|once|previously|repeatedly|earlier|always|initially|originally|until (?:now|recently))\b"
    r"|\bhad\s+(?:not\s)?(?:\w+ly\s)?(?:been|said|told|called|opposed|backed|supported|rejected|vowed|pledged|promised|argued|insisted|warned|refused|ruled|voted|campaigned|described|dismissed|resisted|demanded|declared|spoken|sworn|favou?red|wanted|urged|denounced|defended|championed|signed|vetoed|threatened|criticised|criticized|welcomed|endorsed|blocked|fought|held)\b"
    r"|\b(?:once|formerly|previously|originally|initially|at first|long)\s+(?:an?\s|the\s)?(?:\w+\s){0,2}(?:opposed|backed|supported|rejected|vowed|pledged|promised|argued|insisted|opponent|supporter|critic|champion|advocate|defender|foe|fan|called|swore|said|against|in favou?r|spoke|campaigned|fought|declared|ruled|told|described)\b"
    r"|\bearlier (?:reports?|this|in|pledge|promise|position|stance|opposition|support|refusal|vow|statement)\b|\bused to\b|\bno longer\b|\bback then\b|\b(?:said|told \w+|wrote|vowed|promised) then\b|\bat the time\b|\bin (?:his|her|their|its) (?:youth|student days|first term|early)\b",
    re.IGNORECASE,
)
_EARLIER_CLAUSE = re.compile(
    r"(?:despite|having|after|long|once|formerly|previously|until|an? (?:one-?time|former|long-?time|erstwhile)|\w+ (?:days|weeks|months|years) after|(?:who|which) (?:had|has|once|long|previously|used|until|last|in \d{4}))\b",
    re.IGNORECASE,
)
_FUTURE = re.compile(
    r"\b(?:will|would|shall|'ll|to be|going to|due|plans? to|next|from the|by the end|starting)\b",
    re.IGNORECASE,
)
_SAID_ON = re.compile(
    rf"\b(?:said|says|told|announced|wrote|declared|stated|vowed|pledged|signed|voted)\b[^,.;]{{0,40}}?\b(?P<last>last |previous )?(?P<day>{_DAY})\b",
    re.IGNORECASE,
)
_NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "several": 4,
    "some": 3,
    "many": 8,
    "a few": 3,
    "few": 3,
}
_UNIT_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365, "decade": 3650}
_PRECISION: dict[str, Precision] = {
    "day": "day",
    "week": "week",
    "month": "month",
    "year": "year",
    "decade": "year",
}


@dataclass(frozen=True)
class SaidAt:
    """A moment, how exactly it is known, and whether the words report an earlier position."""

    moment: datetime
    precision: Precision
    recap: bool


def resolve_said_at(words: str, published_at: datetime) -> SaidAt:
    """When the utterance in `words` (its sentence without quoted speech) was made.

    A point more than eight days before publication makes the utterance a recap; so do past-perfect
    frames ("had long opposed") without any date.
    """
    dated = _dated(words, published_at)
    past_frame = bool(_PAST_PERFECT.search(words))
    if dated is not None:
        moment, precision = dated
        old = published_at - moment > timedelta(days=8)
        return SaidAt(moment, precision, old or (past_frame and published_at - moment > timedelta(days=1)))
    if past_frame:
        return SaidAt(published_at - timedelta(days=30), "past", True)
    return SaidAt(published_at, "published", False)


def is_earlier_frame(words: str) -> bool:
    """Whether a subordinate clause reports something before the main clause ("despite having told ...")."""
    return bool(_PAST_PERFECT.search(words) or _EARLIER_CLAUSE.match(words.strip()))


def _dated(words: str, published_at: datetime) -> tuple[datetime, Precision] | None:
    if _TODAY.search(words):
        return published_at, "day"
    if _FUTURE.search(words):
        return (_weekday(match, published_at), "day") if (match := _SAID_ON.search(words)) else None
    if match := _AGO.search(words):
        count = match.group("n") or "several"
        number = int(count) if count.isdigit() else _NUMBERS.get(count.lower(), 3)
        unit = match.group("unit").lower()
        return published_at - timedelta(days=number * _UNIT_DAYS[unit]), _PRECISION[unit]
    if match := _MONTH_NAME.search(words):
        return _month(match, published_at)
    if match := _YEAR.search(words):
        year = int(match.group("year"))
        if year < published_at.year:
            return published_at.replace(year=year, month=7, day=1), "year"
    if match := _LAST.search(words):
        unit = match.group("unit").lower()
        days = {"week": 7, "month": 30}.get(unit, 365 if unit == "year" else 180)
        return published_at - timedelta(days=days), "week" if unit == "week" else "month"
    if match := _WEEKDAY.search(words):
        return _weekday(match, published_at), "day"
    if _YESTERDAY.search(words):
        return published_at - timedelta(days=1), "day"
    return None


def _weekday(match: re.Match[str], published_at: datetime) -> datetime:
    days = (published_at.weekday() - WEEKDAYS[match.group("day").lower()]) % 7
    if match.group("last") and days == 0:
        days = 7
    return published_at - timedelta(days=days)


def _month(match: re.Match[str], published_at: datetime) -> tuple[datetime, Precision] | None:
    month = MONTHS[match.group("month").lower()]
    year = int(match.group("year") or published_at.year)
    day = min(28, int(match.group("dom") or 15)) or 15
    moment = published_at.replace(year=year, month=month, day=day)
    if moment > published_at + timedelta(days=1):
        if match.group("year") or month > published_at.month or match.group("dom"):
            moment = moment.replace(year=year - 1) if not match.group("year") else published_at
        else:
            return None
    precision: Precision = "day" if match.group("dom") else "month"
    same_month = month == published_at.month and year == published_at.year
    return (published_at if same_month and not match.group("dom") else min(moment, published_at)), precision
