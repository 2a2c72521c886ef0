"""Wordings that tell of a change of course, or deny it, whatever the course is.

"U-turn", "changed her mind", "no longer", "I was wrong": such a frame says nothing about the sign, but it makes a
change far more likely than silence does; "stands by", "has not changed" make it less likely. The position filter
takes them as the hazard of that utterance.
"""

from __future__ import annotations

import re
from typing import Literal

Shift = Literal["reversal", "steadfast"]

_POSSESSIVE = r"(?:my|our|his|her|its|their|your)"
_REVERSAL = re.compile(
    rf"\bu-?turns?\b|\babout-?(?:face|turn)s?\b|\bvolte-?face\b|\bclimb-?downs?\b|\bback-?(?:track|pedal|flip)\w*|\bchange of (?:heart|mind|course|tune|tack)\b"
    rf"|\bchang(?:e|es|ed|ing) (?:{_POSSESSIVE} )?(?:mind|tune|position|view|stance|line|course|tack|sides)\b"
    rf"|\brevers(?:e|es|ed|ing) (?:course|herself|himself|itself|themselves|{_POSSESSIVE} (?:position|stance|decision|opposition|support|view|pledge|course|earlier))\b"
    r"|\b(?:in|marks?|marking|signal\w*) (?:an? |the )?(?:\w+ ){0,2}(?:reversal|turnaround|turnabout|switch|shift|departure)\b|\ba reversal of\b"
    r"|\b(?:has|have|had|having) come (?:round|around)\b|\bc(?:o|a)mes? (?:round|around) to\b|\bwon (?:over|round)\b"
    rf"|\b(?:drops?|dropped|dropping|abandon(?:s|ed|ing)?|ditch(?:es|ed|ing)|shed|withdr(?:aws?|ew|awn|awing)|lifts?|lifted|gives? up|gave up|given up|end(?:s|ed|ing)) (?:all |{_POSSESSIVE} |a |the )?(?:\w+ )?(?:objections?|opposition|resistance|support|backing|veto|reservations?|demand|refusal|fight|campaign|plans? to|plans? for|bid to)\b"
    r"|\bback(?:s|ed|ing)? down\b|\bbacks? (?:out|off)\b|\bbacked (?:out|off|away)\b|\brelent(?:s|ed|ing)?\b|\bg(?:ive|ives|ave|iven) (?:way|ground)\b|\bcav(?:es|ed) in\b|\bthinks? better of\b|\bsecond thoughts\b"
    r"|\bt(?:ake|akes|ook|aken) (?:it|that|this|them) back\b|\b(?:i|we) (?:was|were) wrong\b|\bwas mistaken\b|\bno longer\b|\bnot any ?more\b|\bused to (?:think|believe|say|be|oppose|support)\b|\bswitch(?:es|ed) sides\b|\bsw(?:ing|ung|ings) behind\b"
    r"|\bthrow(?:s|n)? in the towel\b|\bpull(?:s|ed|ing)? the plug\b|\bi said .{3,80}\bi (?:now|was)\b|\bonce (?:opposed|backed|supported|against)\b|\bafter all\b|\bhas now\b|\bnow (?:says?|wants?|backs?|supports?|opposes?|favou?rs?|accepts?|believes?|agrees?|rejects?)\b|\bis now (?:ready|willing|prepared|in favou?r|against|open)\b",
    re.IGNORECASE,
)
_STEADFAST = re.compile(
    r"\b(?:has|have|had|is|was|were|am|are|did|do|does|will|would)\s?(?:n['’]t| not| never)\s(?:\w+\s)?(?:chang|shift|mov|waver|budg|soften|alter|revers|back|retreat|bend|relent|climb|turn)\w*"
    r"|\b(?:position|stance|view|mind|line|opinion|answer)s?\s(?:has|have|is|was|remains?|stays?)\s(?:not\s(?:changed|shifted|moved)|unchanged|the same|firm|clear)"
    r"|\bden(?:y|ied|ies|ying)\b[^.]{0,60}\b(?:chang|shift|soften|revers|u-turn|climb-?down|retreat|waver|backtrack)\w*"
    r"|\bst(?:ands?|ood|anding) (?:by|firm)\b|\bst(?:icks?|uck|icking) (?:to|by)\b|\bh(?:olds?|eld|olding) (?:to|firm|fast)\b|\bnothing has changed\b|\bno (?:change of (?:heart|mind|course)|u-turn|retreat|turning back|going back)\b"
    r"|\breaffirm\w*|\breiterat\w*|\brepeat(?:ed|s|ing)?\b|\bonce (?:more|again)\b|\bas (?:i|he|she|they|it) (?:has|have|had|said) (?:always|before|already|all along)\b|\bunmoved\b|\bunwavering\b|\bunchanged\b|\bas (?:ever|before)\b|\bstill (?:opposes?|supports?|backs?|wants?|believes?|thinks?|against|in favou?r|intends?)\b|\bremains? (?:opposed|committed|convinced|determined|in favou?r|against|firmly)\b",
    re.IGNORECASE,
)


def find_shift(*words: str) -> Shift | None:
    """What the utterance's sentence (and, where it speaks of the actor, the headline) says about a change of course."""
    if any(_STEADFAST.search(each) for each in words):
        return "steadfast"
    return "reversal" if any(_REVERSAL.search(each) for each in words) else None
